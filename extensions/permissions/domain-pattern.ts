/** The host of a WebFetch rule. */
export interface DomainPattern {
  test(host: string): boolean;
  /** The one host that it stands for; absent when it has a wildcard. */
  readonly host?: string;
  /** The one port that it stands for; absent when it covers all. */
  readonly port?: string;
}

/**
 * Reads `host`, `*.host` (any depth, not the host itself) or `*`; another `*` stays within one label. `:port` after it
 * leaves all other ports out. An IPv6 address stands in brackets.
 * @throws Error when it is not a host
 */
export function domainPattern(text: string): DomainPattern {
  const [, host = '', port] = /^(\[[0-9a-f:.]*\]|[^:]*)(?::(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  const pattern = hostPattern(host, text);
  return port === undefined ? pattern : { ...pattern, port: String(Number(port)) };
}

function hostPattern(host: string, text: string): DomainPattern {
  if (host.startsWith('[')) {
    const address = ascii(host);
    return { test: (one) => one === address, host: address };
  }
  const name = host.toLowerCase().replace(/\.$/, '');
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
  if (/^[\x21-\x7E]*$/.test(label) && !label.startsWith('[')) return label;
  try {
    return new URL(`http://${label}`).hostname;
  } catch {
    return label; // not a name that any URL can have
  }
}

/**
 * True when a pattern covers the ports that a URL may lead to: all of them to allow it, one of them to deny it.
 */
export function coversPorts({ port }: DomainPattern, ports: readonly string[], all: boolean): boolean {
  if (port === undefined) return true;
  return all ? ports.every((one) => one === port) : ports.includes(port);
}

/** `http` without a port is asked for over https where that is likely. */
function portsOf({ port, protocol }: URL): readonly string[] {
  if (port !== '') return [port];
  if (protocol === 'https:' || protocol === 'wss:') return ['443'];
  return protocol === 'ws:' ? ['80'] : ['80', '443'];
}

/**
 * The host of a URL as it will be connected to, the ports it may lead to, and why the URL is refused. A refused URL may have a host too, so that
 * a denial still finds it.
 */
export function hostOf(
  url: string,
):
  | { readonly host: string; readonly ports: readonly string[]; readonly refused?: undefined }
  | { readonly host?: string; readonly ports?: readonly string[]; readonly refused: string } {
  let parsed: URL;
  try {
    parsed = new URL(url.trim());
  } catch {
    return { refused: `${JSON.stringify(url.slice(0, 200))} is not a URL` };
  }
  const host = parsed.hostname.toLowerCase().replace(/\.$/, '');
  const ports = portsOf(parsed);
  if (/[\u0000-\u0020\u007F-\u009F]/.test(url.trim()))
    return { host, ports, refused: 'the URL contains a blank or control character' };
  if (!/^(?:https?|wss?):$/.test(parsed.protocol))
    return { host, ports, refused: `${parsed.protocol} URLs are not fetched` };
  if (parsed.username !== '' || parsed.password !== '')
    return { host, ports, refused: 'the URL contains a user name or password' };
  return { host, ports };
}
