import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, parse, relative, resolve, sep } from 'node:path';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';

/** What a decision about a folder is kept under. All paths are absolute and without symbolic links. */
export interface Repository {
  /** The main repository, or the folder itself outside of one. */
  readonly key: string;
  /** The top of the work tree that the folder lies in, or the folder itself. */
  readonly top: string;
  /** The folder itself. */
  readonly dir: string;
}

/** Git's own small files are far below this. */
const POINTER_BYTES = 8_192;

/**
 * Finds the repository of a folder by reading files; git is not started. The home folder and those above it are nobody's
 * repository: a decision for them would reach into everything below.
 */
export async function repositoryOf(folder: string, home: string): Promise<Repository> {
  const dir = await realpath(folder);
  const realHome = await realpath(home).catch(() => home); // a home that does not exist holds nothing
  for (let top = dir; ; top = dirname(top)) {
    if (isBroad(top, realHome)) return { key: dir, top: dir, dir };
    const git = await lstat(join(top, '.git')).catch(() => undefined); // absent: look further up
    if (git?.isFile()) return { key: (await mainOfWorktree(top)) ?? top, top, dir };
    if (git !== undefined) return { key: top, top, dir };
  }
}

/** True for the home folder, the folders above it, and the root of a drive. */
export function isBroad(dir: string, home: string): boolean {
  if (parse(dir).root === dir) return true;
  const way = relative(dir, home);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && parse(way).root === '');
}

/**
 * The main repository of a linked work tree, when both sides say so: the work tree's `.git` file names a folder in
 * `<main>/.git/worktrees`, and the `gitdir` file there names the work tree. One side alone can be forged.
 */
async function mainOfWorktree(top: string): Promise<string | undefined> {
  try {
    const pointer = join(top, '.git');
    const named = /^gitdir: (.+?)\r?\n?$/.exec((await readBounded(pointer, POINTER_BYTES)) ?? '')?.[1];
    if (named === undefined) return undefined;
    const own = await realpath(resolve(top, named));
    const common = await readPointer(own, 'commondir');
    const back = await readPointer(own, 'gitdir');
    if (common === undefined || back === undefined) return undefined;
    if (basename(dirname(own)) !== 'worktrees' || dirname(dirname(own)) !== common) return undefined;
    if (basename(back) !== '.git' || dirname(back) !== top) return undefined;
    if ((await readBounded(join(common, 'HEAD'), POINTER_BYTES)) === undefined) return undefined;
    return basename(common) === '.git' ? dirname(common) : common;
  } catch {
    return undefined; // what cannot be read does not vouch for anything
  }
}

async function readPointer(folder: string, name: string): Promise<string | undefined> {
  const text = (await readBounded(join(folder, name), POINTER_BYTES))?.replace(/\r?\n$/, '');
  return text === undefined || text === '' ? undefined : realpath(resolve(folder, text));
}
