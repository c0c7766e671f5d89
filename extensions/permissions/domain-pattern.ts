/** The host of a WebFetch rule. */
export interface DomainPattern {
  test(host: string): boolean;
  /** The one host that it stands for; absent when it has a wildcard. */
  readonly host?: string;
}

/**
 * Reads `host`, `*.host` (any depth, not the host itself) or `*`; another `*` stays within one label.
 * @throws Error when it is not a host
 */
export function domainPattern(text: string): DomainPattern {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  if (name === '*') return { test: () => true };
  if (name === '' || /[\s/:@?#\\]/.test(name)) throw new Error(`${JSON.stringify(text)} is not a host name`);
  const deep = name.startsWith('*.');
  const rest = deep ? name.slice(2) : name;
  if (rest === '' || rest === '*' || rest.startsWith('*.')) throw new Error(`${JSON.stringify(text)} names no domain`);
  const labels = rest.split('.').map((label) =>
    label
      .split('*')
      .map((part) => ascii(part).replace(/[\\^$.+?()[\]{}|/-]/g, '\\$&'))
      .join('[^.]*'),
  );
  const expression = new RegExp(`^${deep ? '(?:[^.]+\\.)+' : ''}${labels.join('\\.')}$`);
  const test = (host: string) => expression.test(host);
  return name.includes('*') ? { test } : { test, host: name.split('.').map(ascii).join('.') };
}

function ascii(label: string): string {
  if (/^[\x21-\x7E]*$/.test(label)) return label;
  try {
    return new URL(`http://${label}`).hostname;
  } catch {
    return label; // not a name that any URL can have
  }
}

/**
 * The host of a URL as it will be connected to, and why the URL is refused. A refused URL may have a host too, so that
 * a denial still finds it.
 */
export function hostOf(
  url: string,
): { readonly host: string; readonly refused?: undefined } | { readonly host?: string; readonly refused: string } {
  let parsed: URL;
  try {
    parsed = new URL(url.trim());
  } catch {
    return { refused: `${JSON.stringify(url.slice(0, 200))} is not a URL` };
  }
  const host = parsed.hostname.toLowerCase().replace(/\.$/, '');
  if (/[\u0000-\u0020\u007F-\u009F]/.test(url.trim()))
    return { host, refused: 'the URL contains a blank or control character' };
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    return { host, refused: `${parsed.protocol} URLs are not fetched` };
  if (parsed.username !== '' || parsed.password !== '')
    return { host, refused: 'the URL contains a user name or password' };
  return { host };
}
