import { sep } from 'node:path';

/**
 * Tests a path, with slashes, against patterns. Without a pattern nothing is loaded.
 * @param patterns as the user wrote them; an invalid one fits nothing
 */
export async function fitsPattern(path: string, patterns: readonly string[]): Promise<boolean> {
  if (patterns.length === 0) return false;
  const { default: picomatch } = await import('picomatch');
  const name = sep === '/' ? path : path.replaceAll(sep, '/');
  return patterns.some((pattern) => {
    try {
      return picomatch(pattern.replace(/^\.\//, ''), { dot: true, nonegate: true })(name);
    } catch {
      return false; // picomatch refuses patterns that are too long
    }
  });
}
