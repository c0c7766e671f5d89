import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Config, Host } from 'tenon/plugin-api';
import { http, https } from 'tenon/plugin-api/lib/node-http';
import { isLoopback, proxyFor } from 'tenon/plugin-api/lib/proxy';
import { MOST_BYTES } from './unpacked-zip.ts';

/** Milliseconds for one archive with all its redirects; shorter than all of a discovery may take. */
const LIMIT_MS = 20_000;
const MOST_REDIRECTS = 5;

/** What a fetch needs to know of the program. */
export interface Fetching {
  readonly host: Host;
  readonly config: Config | undefined;
  /** Aborts it from outside. */
  readonly signal: AbortSignal;
}

/** An address as it may be shown: without user, password, query and fragment. */
export function shownUrl(address: string): string {
  return address.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/s, '');
}

/**
 * Fetches an archive into a file: over https, over http only from this machine, and nothing larger than may be unpacked.
 * @param file absolute; it does not exist yet
 * @throws Error without the address in its message
 */
export async function fetchZip(fetching: Fetching, address: string, file: string): Promise<void> {
  const signal = AbortSignal.any([fetching.signal, AbortSignal.timeout(LIMIT_MS)]);
  try {
    await save(await answerOf(fetching, address, signal), file);
  } catch (error) {
    if (fetching.signal.aborted) throw new Error('the program ended meanwhile', { cause: error });
    if (signal.aborted) throw new Error(`was not there after ${LIMIT_MS / 1000} s`, { cause: error });
    throw error;
  }
}

async function answerOf(fetching: Fetching, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  let url = checked(address);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const answer = await request(fetching, url, signal);
    const { statusCode = 0 } = answer;
    if (statusCode === 200) return answer;
    const { location } = answer.headers;
    answer.destroy();
    if (statusCode < 300 || statusCode >= 400 || location === undefined) {
      throw new Error(`the server answered with the status ${statusCode}`);
    }
    url = checked(location, url);
  }
  throw new Error(`leads on to more than ${MOST_REDIRECTS} other places`);
}

async function request({ host, config }: Fetching, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const { request: send } = secure ? await https() : await http();
  const { secureContext, tlsFiles } = await import('tenon/plugin-api/lib/tls-files');
  // the certificate of this client is for the models' endpoint, and for nobody else
  const { authorities } = (secure ? tlsFiles(host.env, config?.get('env')) : undefined) ?? {};
  const trust = authorities === undefined ? {} : { secureContext: await secureContext({ authorities }) };
  const proxy = secure ? proxyFor(url, host.env) : undefined;
  const how =
    proxy === undefined
      ? trust
      : { agent: await (await import('tenon/plugin-api/lib/proxy-agent')).proxyAgent(proxy, trust, trust) };
  const headers = { 'user-agent': `${host.distro.command}/${host.distro.version}`, accept: '*/*' };
  return new Promise((resolve, reject) => {
    send(url, { headers, signal, ...how })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
}

async function save(answer: IncomingMessage, file: string): Promise<void> {
  const target = await open(file, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw new Error(`is larger than ${MOST_BYTES} bytes`);
      await target.writeFile(chunk);
    }
  } finally {
    answer.destroy();
    await target.close();
  }
}

function checked(address: string, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new Error(base === undefined ? 'must be an https address' : 'leads on to an address without https');
}
