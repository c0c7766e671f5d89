import { bounded } from 'tenon/plugin-api/lib/bounded';
import { TransportError } from 'tenon/plugin-api/lib/transport-error';
import { checkedAddresses, checkProxied, HostRefused } from './checked-addresses.ts';
import { type Answer, httpGet } from './http-get.ts';
import type { Page } from './page.ts';
import type { PageRoutes } from './page-route.ts';
import { pageText } from './page-text.ts';
import { hostOf, webAddress } from './web-address.ts';

/** Milliseconds for a page with its redirects. */
const LIMIT = 60_000;
const MOST_REDIRECTS = 10;

export interface FetchOptions {
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly routes: PageRoutes;
  /** Whether the user named this host, so that it may be a private one. */
  named(url: URL): Promise<boolean>;
}

/** A page leads to another host, which the permission rules have not seen. */
export interface Elsewhere {
  readonly location: string;
  readonly code: number;
  readonly codeText: string;
}

/**
 * Fetches a page and follows redirects within its host.
 * @throws Error in words for the model.
 */
export async function fetchPage(start: URL, options: FetchOptions): Promise<Page | Elsewhere> {
  const late = AbortSignal.timeout(LIMIT);
  const signal = AbortSignal.any([options.signal, late]);
  let url = start;
  let final: Answer | undefined;
  try {
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const answer = await bounded(get(url, options, signal), 0, signal);
      const { code, codeText } = answer;
      const location = [301, 302, 303, 307, 308].includes(code) ? answer.headers.location : undefined;
      if (location === undefined) {
        final = answer;
        break;
      }
      const next = webAddress(location, url);
      if (!sameHost(url, next)) return { location: next.href, code, codeText };
      url = next;
    }
  } catch (error) {
    if (options.signal.aborted || error instanceof HostRefused) throw error;
    if (late.aborted) throw new Error(`${url.href} did not answer in full within ${LIMIT / 1000} s`);
    const upgraded = url.protocol === 'https:' && /^(EPROTO|ECONNREFUSED|ERR_SSL)/.test(codeOf(error));
    const hint = upgraded ? ' (it was asked for over https)' : '';
    throw new Error(`${url.href} could not be fetched: ${(error as Error).message || codeOf(error)}${hint}`);
  }
  if (final === undefined) throw new Error(`${start.href} was redirected more than ${MOST_REDIRECTS} times`);
  const { code, codeText, body } = final;
  const { text, cut = false, problem } = await pageText(final);
  if (problem !== undefined) throw new Error(`${url.href} ${problem}`);
  return { url: url.href, code, codeText, bytes: body.length, cut: cut || final.cut, text };
}

async function get(url: URL, options: FetchOptions, signal: AbortSignal): Promise<Answer> {
  const { routes } = options;
  try {
    const answer = await getOnce(url, options, signal);
    return routes.renew(answer.code) ? await getOnce(url, options, signal) : answer;
  } catch (error) {
    if (signal.aborted || !(error instanceof TransportError) || !routes.renew(error.status)) throw error;
    return await getOnce(url, options, signal);
  }
}

async function getOnce(url: URL, { userAgent, named, routes }: FetchOptions, signal: AbortSignal): Promise<Answer> {
  const route = await routes.to(url);
  const host = hostOf(url);
  const addresses = route.proxy === undefined ? await checkedAddresses(host, () => named(url), signal) : [];
  if (route.proxy !== undefined) await checkProxied(host, () => named(url), signal);
  const headers = {
    'user-agent': userAgent,
    accept: 'text/markdown, text/html;q=0.9, text/plain;q=0.9, application/json;q=0.8, */*;q=0.1',
    'accept-encoding': 'gzip, deflate, br',
    'accept-language': 'en, *;q=0.5',
  };
  return httpGet(url, addresses, route, headers, signal);
}

/** The same host and port; from http to https both may have their usual ports. */
function sameHost(from: URL, to: URL): boolean {
  return hostOf(from) === hostOf(to) && from.port === to.port;
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}
