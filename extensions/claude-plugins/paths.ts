import { realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';

/** A place that was looked at: its path below the root (absolute elsewhere), when it was changed (ms; -1: it was not there), and its bytes. */
export type Stamp = readonly [path: string, mtime: number, size: number];

/**
 * True when all places of a root are as they were.
 * @param seen what absolute paths were found to be just now; it is added to
 */
export function unchanged(root: string, stamps: readonly Stamp[], seen: Map<string, Stats | undefined>): boolean {
  for (const [path, mtime, size] of stamps) {
    const found = isAbsolute(path) ? lookOnce(path, seen) : statOf(path === '' ? root : `${root}/${path}`);
    if (found === undefined ? mtime !== -1 : found.mtimeMs !== mtime || found.size !== size) return false;
  }
  return true;
}

function lookOnce(path: string, seen: Map<string, Stats | undefined>): Stats | undefined {
  if (!seen.has(path)) seen.set(path, statOf(path));
  return seen.get(path);
}

/** True for the folder itself and all below it. Both are paths without links. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path without links; `undefined` when nothing is there, or it cannot be reached. */
export function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined; // absent, out of reach, or a circle of links: nothing to be read
  }
}

/** What is at a path, through links. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // out of reach, or a circle of links: as good as absent
  }
}
