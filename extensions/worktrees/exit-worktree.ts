import { statSync, unlinkSync } from 'node:fs';
import { relative } from 'node:path';
import type { SessionRef, ToolContext, ToolResult } from 'tenon/plugin-api';
import { liveSession } from './enter-worktree.ts';
import { type Git, gitOf } from './git.ts';
import type { Workbench } from './workbench.ts';
import { type Worktree, worktreeState } from './worktree.ts';

export interface ExitWorktreeInput {
  readonly action: 'keep' | 'remove';
  readonly discard_changes?: boolean;
}
export interface ExitWorktreeOutput {
  readonly action: 'keep' | 'remove';
  readonly worktreePath: string;
  readonly worktreeBranch?: string;
  readonly originalCwd: string;
}

/** Files that a refusal names. */
const NAMED = 20;

/** @throws Error in words for the model */
export async function runExitWorktree(
  bench: Workbench,
  { action, discard_changes: discard = false }: ExitWorktreeInput,
  context: ToolContext,
): Promise<ToolResult<ExitWorktreeOutput>> {
  const session = await liveSession(bench, context.session);
  const state = worktreeState(session);
  const { current } = state;
  if (current === undefined) throw new Error('The session is in no worktree that EnterWorktree entered');
  const { worktree, before } = current;
  const { path, branch } = worktree;
  const git = gitOf(bench, session, path, context.signal);
  if (action === 'remove') await refuseLoss(worktree, git, discard);
  await session.setCwd(before);
  delete state.current;
  const told =
    action === 'keep'
      ? `The worktree ${path} is kept${branch === undefined ? '' : `, with its branch ${branch}`}.`
      : await removeWorktree(bench, session, worktree, git, discard);
  return {
    content: `${told} The working directory is ${before} again.`,
    output: {
      action,
      worktreePath: path,
      ...(branch !== undefined && { worktreeBranch: branch }),
      originalCwd: before,
    },
  };
}

/** @throws Error when the worktree may not be removed, or work would be lost */
async function refuseLoss(worktree: Worktree, git: Git, discard: boolean): Promise<void> {
  const { made, path } = worktree;
  if (made === 'found') {
    throw new Error(
      `${path} was there before this session, so it is not removed here. Use keep; the user can remove it.`,
    );
  }
  if (made === 'hook' || discard) return;
  const list = await lossOf(worktree, git);
  if (list.length === 0) return;
  const more = list.length > NAMED ? `\n… and ${list.length - NAMED} more` : '';
  throw new Error(
    `Not removed, because this would be lost:\n${list.slice(0, NAMED).join('\n')}${more}\nUse keep, or ask the user and then set discard_changes.`,
  );
}

/** What would be lost with a worktree that git made: changed files and commits. */
export async function lossOf({ path, base, links = [] }: Worktree, git: Git): Promise<readonly string[]> {
  const status = await git.run('status', '--porcelain', '--untracked-files=all');
  // links to folders of the checkout are no work
  const own = new Set(['', ...links.map((link) => `?? ${relative(path, link)}`)]);
  const changed = status.split('\n').filter((line) => !own.has(line));
  const commits = (await git.run('log', '--oneline', `${base}..HEAD`)).split('\n').filter(Boolean);
  return [...changed, ...commits.map((line) => `commit ${line}`)];
}

export async function removeWorktree(
  bench: Workbench,
  session: SessionRef,
  worktree: Worktree,
  git: Git,
  discard: boolean,
): Promise<string> {
  const { path, branch, made, checkout = git.cwd, links = [] } = worktree;
  await bench.api.hooks.WorktreeRemove.fire({ session, path });
  if (made === 'hook') {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return `The worktree ${path} is removed.`;
    return `The worktree ${path} was made by a hook, and none removed it: it is still there.`;
  }
  for (const link of links) unlinkSync(link);
  const main = git.at(checkout);
  await main.run('worktree', 'remove', ...(discard ? ['--force'] : []), path);
  if (branch !== undefined) await main.run('branch', '-D', branch);
  return `The worktree ${path} and its branch ${branch} are removed.`;
}
