import type { Env } from './model-table.ts';
import { TransportError } from './transport-error.ts';

/**
 * The proxy for a request, by the usual variables in either case: HTTPS_PROXY for https, HTTP_PROXY for http, and
 * NO_PROXY with names, `.suffixes`, `*.suffixes`, `host:port` and `*`. Addresses of this machine are never sent to one.
 * @throws TransportError BAD_PROXY when the variable is no address.
 */
export function proxyFor(url: URL, env: Env): URL | undefined {
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
