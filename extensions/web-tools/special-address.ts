import { isIPv4 } from 'node:net';

/** First address, prefix length, and what such addresses are. From https://www.iana.org/assignments/iana-ipv4-special-registry */
const IPV4: readonly (readonly [string, number, string])[] = [
  ['0.0.0.0', 8, 'no address of a host'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'of a provider’s inner network'],
  ['127.0.0.0', 8, 'of this machine'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'for documentation'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'for measurements'],
  ['198.51.100.0', 24, 'for documentation'],
  ['203.0.113.0', 24, 'for documentation'],
  ['224.0.0.0', 4, 'of a group of hosts'],
  ['240.0.0.0', 4, 'reserved'],
];

/** What an IP address is when it is not one of the public internet; `undefined` for those that are. */
export function specialAddress(address: string): string | undefined {
  return isIPv4(address) ? specialIPv4(bytesOf(address)) : specialIPv6(groupsOf(address));
}

function specialIPv4(bytes: readonly number[]): string | undefined {
  const value = number(bytes);
  return IPV4.find(([first, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(value / size) === Math.floor(number(bytesOf(first)) / size);
  })?.[2];
}

/** Only 2000::/3 is given out; what carries an IPv4 address inside is what that one is. */
function specialIPv6(groups: readonly number[] | undefined): string | undefined {
  if (groups === undefined) return 'not an address';
  const [a = 0, b = 0] = groups;
  const inner = groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
  const upTo = (end: number) => groups.slice(0, end).every((group) => group === 0);
  if (upTo(7)) return groups[7] === 1 ? 'of this machine' : 'no address of a host';
  if (upTo(5) && groups[5] === 0xffff) return specialIPv4(inner);
  if (a === 0x64 && b === 0xff9b && groups.slice(2, 6).every((group) => group === 0)) return specialIPv4(inner);
  if ((a & 0xffc0) === 0xfe80) return 'link-local';
  if ((a & 0xfe00) === 0xfc00) return 'private';
  if ((a & 0xff00) === 0xff00) return 'of a group of hosts';
  if ((a & 0xe000) !== 0x2000) return 'reserved';
  // Teredo and its neighbours, documentation, 6to4
  if ((a === 0x2001 && (b < 0x200 || b === 0xdb8)) || a === 0x2002 || (a === 0x3fff && b < 0x1000)) return 'reserved';
  return undefined;
}

function bytesOf(address: string): number[] {
  return address.split('.').map(Number);
}

function number(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The eight groups of an IPv6 address; `undefined` when it is none. */
function groupsOf(address: string): readonly number[] | undefined {
  let plain: string;
  try {
    // the URL parser knows all ways to write one
    plain = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  } catch {
    return undefined; // the caller refuses it
  }
  const [head = '', tail] = plain.split('::');
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  if (tail === undefined) return read(head);
  const [first, last] = [read(head), read(tail)];
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
}
