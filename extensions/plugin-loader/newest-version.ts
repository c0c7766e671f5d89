/** The newest of several versions (`1.10.0` after `1.9.0`, a release after its pre-releases); `undefined` of none. */
export function newestVersion(versions: readonly string[]): string | undefined {
  return [...versions].sort(compare).at(-1);
}

function compare(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at++) {
    const distance = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (distance !== 0) return distance;
  }
  if ((left.rest === '') !== (right.rest === '')) return left.rest === '' ? 1 : -1;
  return left.rest.localeCompare(right.rest, 'en', { numeric: true });
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly rest: string } {
  const [, numbers = '', rest = ''] = /^v?(\d+(?:\.\d+)*)?[-+]?(.*)$/s.exec(version) ?? [];
  return { numbers: numbers.split('.').map(Number), rest };
}
