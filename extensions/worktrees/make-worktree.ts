import { lstatSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { Config, type SessionRef } from 'tenon/plugin-api';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { type Git, gitOf } from './git.ts';
import { knownWorktrees } from './known-worktrees.ts';
import type { Workbench } from './workbench.ts';
import type { Worktree } from './worktree.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Makes a worktree in the project's settings folder, on a branch of its own; or finds the one of that name that is
 * there. WorktreeCreate taps may make it in place of git.
 * @param asked its name; default: a random one
 * @throws Error in words for a user
 */
export async function makeWorktree(
  bench: Workbench,
  session: SessionRef,
  asked: string | undefined,
  signal: AbortSignal,
): Promise<Worktree> {
  const name = asked ?? `w-${randomUuid().slice(0, 8)}`;
  if (!NAME.test(name) || name.includes('..') || /\.(lock)?$/.test(name)) {
    throw new Error(
      `${JSON.stringify(name)} cannot be the name of a worktree: use up to 64 letters, digits, dots, dashes and underscores`,
    );
  }
  const answer = await bench.api.hooks.WorktreeCreate.fire({ session, name });
  if (answer !== undefined) return fromHook(answer);
  const git = gitOf(bench, session, session.cwd, signal);
  const checkout = await mainCheckout(git);
  const folder = join(checkout, bench.host.distro.folders.project, 'worktrees');
  const path = join(folder, name);
  const known = (await knownWorktrees(git)).find((one) => one.path === path);
  if (known !== undefined) return { ...known, made: 'found' };
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new Error(`${path} is there already and is no worktree of this repository; choose another name`);
  }
  makeFolder(folder);
  hide(folder);
  return fromGit(bench, git.at(checkout), name, path);
}

function fromHook(answer: { readonly path?: string; readonly error?: string }): Worktree {
  const { path = '', error } = answer;
  if (error !== undefined) throw new Error(`A hook could not make the worktree: ${error}`);
  if (!isAbsolute(path) || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Error(`A hook made a worktree in ${JSON.stringify(path)}, which is not the absolute path of a folder`);
  }
  return { path: realpathSync(path), made: 'hook' };
}

/** @throws Error when there is no repository with a working tree */
async function mainCheckout(git: Git): Promise<string> {
  let folder: string;
  try {
    folder = await git.run('rev-parse', '--path-format=absolute', '--git-common-dir');
  } catch (error) {
    throw new Error(`A worktree needs a git repository, and ${git.cwd} is in none (${(error as Error).message})`);
  }
  if (basename(folder) !== '.git') {
    throw new Error(`The repository ${folder} has no checkout of its own to put worktrees into`);
  }
  return realpathSync(dirname(folder));
}

async function fromGit(bench: Workbench, git: Git, name: string, path: string): Promise<Worktree> {
  const { api } = bench;
  const branch = `worktree-${name}`;
  const settings = api.has(Config) ? (await api.use(Config)).get<Settings>('worktree') : undefined;
  const hooksOff = api.config.hooks === false;
  const there = await exists(git, `refs/heads/${branch}`);
  const start = there ? [branch] : ['-b', branch, '--no-track'];
  const commit =
    there || settings?.baseRef !== 'fresh' || !(await exists(git, 'refs/remotes/origin/HEAD')) ? 'HEAD' : 'origin/HEAD';
  const quiet = hooksOff ? ['-c', 'core.hooksPath=/dev/null'] : [];
  const parts = sparsePaths(bench, settings?.sparsePaths);
  const sparse = parts.length > 0;
  await git.run(
    ...quiet,
    ...['worktree', 'add', ...(sparse ? ['--no-checkout'] : [])],
    ...(there ? [path, ...start] : [...start, path, commit]),
  );
  const own = git.at(path);
  if (sparse) {
    try {
      await own.run('sparse-checkout', 'set', '--cone', ...parts);
      await own.slow(...quiet, 'checkout', '--quiet');
    } catch (error) {
      // an empty worktree in its place would look as if all files were deleted
      await git.run('worktree', 'remove', '--force', path);
      if (!there) await git.run('branch', '-D', branch);
      throw new Error(`worktree.sparsePaths: ${(error as Error).message}`, { cause: error });
    }
  }
  if (hooksOff) {
    // a setting of one worktree needs this one of the repository
    await git.run('config', 'extensions.worktreeConfig', 'true');
    await own.run('config', '--worktree', 'core.hooksPath', '/dev/null');
  }
  const base = await own.run('rev-parse', 'HEAD');
  return {
    path: realpathSync(path),
    branch,
    made: 'git',
    base,
    checkout: git.cwd,
    links: links(git.cwd, path, settings),
  };
}

interface Settings {
  /** `head` (default): the checkout's commit. `fresh`: the default branch of `origin`, as it was fetched last. */
  readonly baseRef?: unknown;
  /** Folders to link instead of having them twice, such as `node_modules`. */
  readonly symlinkDirectories?: unknown;
  /** Folders that alone are checked out, besides the files at the top and beside them. */
  readonly sparsePaths?: unknown;
}

/** Folders as git's cone mode takes them; one that cannot be meant is named and left out. */
function sparsePaths({ api }: Workbench, wanted: unknown): readonly string[] {
  if (wanted === undefined) return [];
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return list.flatMap((one) => {
    const path = typeof one === 'string' ? one.replace(/^\.\/|\/+$/g, '') : '';
    if (path !== '' && !/^[-/!]|[*?[\]\\\0\n]|(?:^|\/)\.\.?(?:\/|$)/.test(path)) return [path];
    api.log.warn(
      `settings: worktree.sparsePaths: ${JSON.stringify(one)} is left out: expected the path of a folder in the repository`,
    );
    return [];
  });
}

async function exists(git: Git, ref: string): Promise<boolean> {
  return git.run('rev-parse', '--verify', '--quiet', ref).then(
    () => true,
    () => false,
  );
}

function links(checkout: string, path: string, settings: Settings | undefined): readonly string[] {
  const wanted = settings?.symlinkDirectories;
  if (!Array.isArray(wanted)) return [];
  return wanted.flatMap((one: unknown) => {
    if (typeof one !== 'string') return [];
    const [from, to] = [join(checkout, one), join(path, one)];
    const inside = relative(checkout, from);
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return [];
    if (statSync(from, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return [];
    makeFolder(dirname(to));
    symlinkSync(from, to, 'dir');
    return [to];
  });
}

/** Worktrees inside of a checkout are none of its files. */
function hide(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
