import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * The pattern that freezes a file; `undefined` when it may be changed.
 * @param cwd what a relative path of a call starts from
 * @param root what patterns start from
 */
export function frozenBy(path: string, cwd: string, root: string, patterns: readonly string[]): string | undefined {
  const way = relative(root, resolve(cwd, path));
  if (way.startsWith(`..${sep}`) || isAbsolute(way)) return undefined;
  const below = way.split(sep).join('/');
  return patterns.find((pattern) => expression(pattern).test(below));
}

/** `*` stands for anything but `/`; a pattern without `/` fits in every folder. */
function expression(pattern: string): RegExp {
  const text = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(pattern.includes('/') ? `^${text}(/|$)` : `(^|/)${text}$`, 'i');
}
