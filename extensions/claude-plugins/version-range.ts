/** Major, minor, patch; what comes after a dash makes it an earlier one. */
type Version = readonly [major: number, minor: number, patch: number, early: string];

const VERSION = /^v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?(?:-([\w.-]+))?(?:\+[\w.-]+)?$/i;

/**
 * True when a version fits a range as npm writes them: `>=2.1.0 <3`, `^2.1`, `~2.1.0`, `2.x`, `1.0 - 2.0`, joined by `||`.
 * `undefined` for a range that makes no sense. https://github.com/npm/node-semver#ranges
 */
export function fitsRange(version: string, range: string): boolean | undefined {
  const given = parse(version);
  if (given === undefined) return undefined;
  let fits = false;
  for (const part of range.split('||')) {
    const one = fitsAll(given, part.trim());
    if (one === undefined) return undefined;
    fits ||= one;
  }
  return fits;
}

/** Sorts versions, the later one first; what is no version comes last. */
export function laterFirst(a: string, b: string): number {
  const [one, other] = [parse(a), parse(b)];
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  return compare(other, one);
}

function fitsAll(version: Version, part: string): boolean | undefined {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(part);
  if (hyphen !== null) return both(fits(version, '>=', hyphen[1]!), fits(version, '<=', hyphen[2]!));
  let all: boolean | undefined = true;
  for (const [, operator = '', text = ''] of part.replace(/([<>=~^]+)\s+/g, '$1').matchAll(/([<>=~^]*)(\S+)/g)) {
    all = both(all, fits(version, operator, text));
  }
  return all;
}

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  return a === undefined || b === undefined ? undefined : a && b;
}

function fits(version: Version, operator: string, text: string): boolean | undefined {
  if (text === '*' || text.toLowerCase() === 'x') return true;
  const found = VERSION.exec(text);
  if (found === null) return undefined;
  const [, major, minor, patch, early = ''] = found;
  const open = [minor, patch].findIndex((one) => one === undefined || /[x*]/i.test(one));
  const low: Version = [Number(major), numberOf(minor), numberOf(patch), early];
  /** The first version after all that an open one stands for. */
  const after = (level: number): Version =>
    level === 0
      ? [low[0] + 1, 0, 0, '0']
      : level === 1
        ? [low[0], low[1] + 1, 0, '0']
        : [low[0], low[1], low[2] + 1, '0'];
  const between = (high: Version) => compare(version, low) >= 0 && compare(version, high) < 0;
  switch (operator) {
    case '':
    case '=':
      return open < 0 ? compare(version, low) === 0 : between(after(open));
    case '>':
      return open < 0 ? compare(version, low) > 0 : compare(version, after(open)) >= 0;
    case '>=':
      return compare(version, low) >= 0;
    case '<':
      return compare(version, low) < 0;
    case '<=':
      return open < 0 ? compare(version, low) <= 0 : compare(version, after(open)) < 0;
    case '~':
      return between(after(open === 0 ? 0 : 1));
    case '^':
      return between(after(low[0] > 0 || open === 0 ? 0 : low[1] > 0 || open === 1 ? 1 : 2));
    default:
      return undefined;
  }
}

function numberOf(text: string | undefined): number {
  return text === undefined || /[x*]/i.test(text) ? 0 : Number(text);
}

function parse(text: string): Version | undefined {
  const found = VERSION.exec(text.trim());
  if (found === null) return undefined;
  return [Number(found[1]), numberOf(found[2]), numberOf(found[3]), found[4] ?? ''];
}

function compare(a: Version, b: Version): number {
  for (const level of [0, 1, 2] as const) if (a[level] !== b[level]) return a[level] - b[level];
  if (a[3] === b[3]) return 0;
  if (a[3] === '' || b[3] === '') return a[3] === '' ? 1 : -1;
  return a[3].localeCompare(b[3], 'en', { numeric: true });
}
