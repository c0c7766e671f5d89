import { mkdirSync } from 'node:fs';
import { runChild } from './child.ts';
import { withoutSecret } from './source.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/** Nothing that lies in a repository is run by git, and nothing is asked. */
const SAFE = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'protocol.ext.allow=never'],
  ...['-c', 'submodule.recurse=false', '-c', 'advice.detachedHead=false', '-c', 'init.defaultBranch=main'],
];

/** What is fetched of a repository. */
export interface GitRequest {
  readonly url: string;
  readonly ref?: string | undefined;
  /** The commit; stronger than `ref`. */
  readonly sha?: string | undefined;
  /** Only these folders. */
  readonly paths?: readonly string[] | undefined;
  readonly skipLfs?: boolean | undefined;
}

type Place = Pick<Store, 'host' | 'signal'>;

/** A hook of git sets these: they name the repository of the user, which must stay as it is. */
const ELSEWHERE = [
  ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX', 'GIT_NAMESPACE'],
  ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_CONFIG'],
];

/** Runs git with nobody to ask. */
function runGit(
  store: Place,
  args: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env: Record<string, string | undefined> = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: store.host.env.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes',
    ...more,
  };
  for (const name of ELSEWHERE) env[name] = undefined;
  return runChild(store, 'git', [...SAFE, ...args], { cwd, env });
}

/**
 * Fetches one commit of a repository into a new folder, and gives its id.
 * @throws StoreError
 */
export async function fetchRepository(store: Place, request: GitRequest, into: string): Promise<string> {
  const { url, ref, sha, paths } = request;
  for (const word of [url, ref, sha, ...(paths ?? [])]) check(word);
  if (sha !== undefined && !/^[0-9a-f]{7,64}$/i.test(sha))
    throw new StoreError('bad-source', `${JSON.stringify(sha)} is not the id of a commit`);
  mkdirSync(into, { recursive: true });
  const more: Record<string, string> = request.skipLfs === true ? { GIT_LFS_SKIP_SMUDGE: '1' } : {};
  const git = (...args: string[]) => runGit(store, args, into, more);
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', url);
  const filter = paths === undefined ? [] : ['--filter=blob:none'];
  if (paths !== undefined) await git('sparse-checkout', 'set', '--', ...paths);
  const fetch = (what: string, depth: readonly string[]) =>
    git('fetch', '--quiet', '--no-tags', ...depth, ...filter, 'origin', what);
  if (sha === undefined) await fetch(ref ?? 'HEAD', ['--depth=1']);
  else {
    // not every server gives out single commits
    await fetch(sha, ['--depth=1']).catch(() => fetch(ref ?? '+refs/heads/*:refs/remotes/origin/*', []));
  }
  await git('checkout', '--quiet', '--detach', sha ?? 'FETCH_HEAD');
  const head = (await git('rev-parse', 'HEAD')).trim();
  if (sha !== undefined && !head.startsWith(sha.toLowerCase()))
    throw new StoreError('integrity', `${withoutSecret(url)} gave the commit ${head}, expected ${sha}`);
  return head;
}

/** The names of the tags of a repository. */
export async function tagsOf(store: Place, url: string, cwd: string): Promise<readonly string[]> {
  check(url);
  mkdirSync(cwd, { recursive: true });
  const printed = await runGit(store, ['ls-remote', '--tags', '--refs', url], cwd);
  return printed.split('\n').flatMap((line) => line.split('refs/tags/')[1]?.trim() ?? []);
}

/** The commit that a folder is at; `undefined` when it is no repository of its own. */
export async function headOf(store: Place, folder: string): Promise<string | undefined> {
  try {
    const printed = await runGit(store, ['rev-parse', '--show-prefix', 'HEAD'], folder);
    const [prefix, head] = printed.split('\n');
    return prefix === '' ? head?.trim() : undefined;
  } catch {
    return undefined; // no repository, or no git: the version then comes from elsewhere
  }
}

/** What git would take for a flag, or run as a program. */
function check(word: string | undefined): void {
  if (word === undefined) return;
  if (word.startsWith('-') || /[\0\r\n]/.test(word) || /^[a-z][a-z0-9+.-]*::/i.test(word))
    throw new StoreError('bad-source', `${JSON.stringify(word)} cannot be given to git`);
}
