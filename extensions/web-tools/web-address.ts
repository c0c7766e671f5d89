import { isIP } from 'node:net';

const LONGEST = 2_000;

/**
 * Reads the address of a page. http becomes https, but for numeric and local hosts and where a port is named: those that
 * have no https are mostly such.
 * @throws Error saying what is wrong with it.
 */
export function webAddress(text: string, base?: URL): URL {
  const trimmed = text.trim();
  // the permission rules look at the same text: neither may read what the other skips
  if (/[\u0000-\u0020\u007F-\u009F]/.test(trimmed)) throw refused(text, 'it has a blank or control character');
  if (trimmed.length > LONGEST) throw refused(text, `it is longer than ${LONGEST} characters`);
  let url: URL;
  try {
    url = new URL(trimmed, base);
  } catch {
    throw refused(text, 'it is not a whole address such as https://example.com/page');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(text, 'only http and https can be fetched');
  if (url.username !== '' || url.password !== '') throw refused(text, 'it has a user name or password');
  url.hash = '';
  if (url.protocol === 'http:' && url.port === '' && !isLocalName(hostOf(url)) && isIP(hostOf(url)) === 0) {
    url.protocol = 'https:';
  }
  return url;
}

/** The host in lower case, without the brackets of IPv6 and the dot at the end. */
export function hostOf(url: URL): string {
  return url.hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function isLocalName(host: string): boolean {
  return !host.includes('.') || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}

function refused(text: string, why: string): Error {
  const shown = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return new Error(`${JSON.stringify(shown)} cannot be fetched: ${why}`);
}
