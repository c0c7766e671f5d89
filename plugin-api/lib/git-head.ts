import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What a folder's git repository has checked out. */
export interface GitHead {
  /** The top folder of the working tree. */
  readonly root: string;
  /** Absent when no branch is checked out, or the repository keeps its branches in another format. */
  readonly branch?: string;
}

/**
 * Finds the repository around `dir` and reads its HEAD, without running git.
 * Format: https://git-scm.com/docs/gitrepository-layout
 * @returns `undefined` outside of a repository
 */
export function gitHead(dir: string): GitHead | undefined {
  for (let at = resolve(dir); ; at = dirname(at)) {
    const folder = gitFolder(join(at, '.git'));
    const head = folder && readText(join(folder, 'HEAD'));
    if (head !== undefined) {
      const branch = /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1]?.trim();
      return branch === undefined || branch === '.invalid' ? { root: at } : { root: at, branch };
    }
    if (dirname(at) === at) return undefined;
  }
}

/** `.git` is the repository itself, or in a linked working tree a file that names it. */
function gitFolder(path: string): string | undefined {
  if (isFolder(path)) return path;
  const target = /^gitdir: (.+)$/m.exec(readText(path) ?? '')?.[1];
  return target === undefined ? undefined : resolve(dirname(path), target.trim());
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // out of reach, or a circle of links
  }
}

function readText(path: string): string | undefined {
  try {
    // a pipe would be waited for, and a device has no end
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined; // absent or not readable: as good as no repository
  }
}
