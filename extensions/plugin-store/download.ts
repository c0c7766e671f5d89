import type { IncomingMessage } from 'node:http';
import { http, https } from 'tenon/plugin-api/lib/node-http';
import { isLoopback, proxyFor } from 'tenon/plugin-api/lib/proxy';
import { withoutSecret } from './source.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

const LIMIT_MS = 60_000;
const MOST_REDIRECTS = 5;

/**
 * Fetches a file over https; over http only from this machine.
 * @param limit bytes
 * @throws StoreError `bad-source`, `network`, `too-large`, `timeout`
 */
export async function download(
  store: Pick<Store, 'host' | 'signal' | 'config'>,
  address: string,
  limit: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const signal = AbortSignal.any([store.signal, AbortSignal.timeout(LIMIT_MS)]);
  let url = parse(address);
  let own = headers;
  try {
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const answer = await request(store, url, own, signal);
      const { statusCode = 0 } = answer;
      const { location } = answer.headers;
      if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
        answer.resume();
        const next = parse(new URL(location, url).href);
        // what is meant for one host is not for another
        if (next.origin !== url.origin) own = {};
        url = next;
        continue;
      }
      if (statusCode !== 200) {
        answer.resume();
        throw new StoreError('network', `${shown(address)} answered with the status ${statusCode}`);
      }
      return await bodyOf(answer, limit, address);
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (signal.aborted && !store.signal.aborted)
      throw new StoreError('timeout', `${shown(address)} was not fetched within ${LIMIT_MS / 1000} s`, error);
    throw new StoreError('network', `${shown(address)} cannot be fetched: ${reasonOf(error)}`, error);
  }
  throw new StoreError('network', `${shown(address)} leads on to more than ${MOST_REDIRECTS} other places`);
}

async function request(
  { host, config }: Pick<Store, 'host' | 'config'>,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const { request: open } = secure ? await https() : await http();
  const proxy = secure ? proxyFor(url, host.env) : undefined;
  const { secureContext, tlsFiles } = await import('tenon/plugin-api/lib/tls-files');
  // the certificate of this client is for the models' endpoint, and for nobody else
  const { authorities } = (secure ? tlsFiles(host.env, config.get('env')) : undefined) ?? {};
  const context = authorities === undefined ? undefined : await secureContext({ authorities });
  const trust = context === undefined ? {} : { secureContext: context };
  const agent =
    proxy === undefined
      ? undefined
      : await (await import('tenon/plugin-api/lib/proxy-agent')).proxyAgent(proxy, trust, trust);
  return new Promise((resolve, reject) => {
    const sent = open(url, {
      headers: { 'user-agent': `${host.distro.command}/${host.distro.version}`, accept: '*/*', ...headers },
      signal,
      ...(agent === undefined ? trust : { agent }),
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

async function bodyOf(answer: IncomingMessage, limit: number, address: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes > limit) {
      answer.destroy();
      throw new StoreError('too-large', `${shown(address)} is larger than ${limit} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function parse(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // told below
  }
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new StoreError('bad-source', `${JSON.stringify(shown(text))} must be an https address`);
}

/** Without what may be secret: user, password and query. */
function shown(address: string): string {
  return withoutSecret(address).replace(/[?#].*$/s, '');
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
