import { TransportError } from './transport-error.ts';

/**
 * The proxy for a request, by the usual variables in either case: HTTPS_PROXY for https, HTTP_PROXY for http, and
 * NO_PROXY with names, `.suffixes`, `*.suffixes`, `host:port` and `*`. Addresses of this machine are never sent to one.
 * @throws TransportError BAD_PROXY when the variable is no address.
 */
export function proxyFor(url: URL, env: Readonly<Record<string, string | undefined>>): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = env[name.toLowerCase()]?.trim() || env[name]?.trim();
  if (!text || isLoopback(url.hostname) || isExempt(url, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  let proxy: URL | undefined;
  try {
    proxy = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    // No address: told below, together with protocols that we do not speak.
  }
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy;
  throw new TransportError('BAD_PROXY', `${name} is not an http or https address. Correct it or leave it out.`);
}

/** True for the addresses of this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}

/** The host without the brackets that an address of IPv6 has in a URL. */
export function hostname(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * The header that a proxy wants: what `given` is (the text of a header), else what a user name and password in its
 * address stand for.
 */
export function proxyAuthorization(proxy: URL, given?: string): Record<string, string> {
  if (given !== undefined) return { 'proxy-authorization': given };
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((entry) => {
    const word = entry.toLowerCase();
    if (word === '') return false;
    if (word === '*') return true;
    const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(word) ?? [];
    if (wanted !== undefined && wanted !== port) return false;
    const suffix = name.replace(/^\*?\./, '');
    return host === suffix || host.endsWith(`.${suffix}`);
  });
}
