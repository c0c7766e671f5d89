import type { MadeWorktree, SessionRef } from 'tenon/plugin-api';
import { lossOf, removeWorktree } from './exit-worktree.ts';
import { gitOf } from './git.ts';
import { makeWorktree } from './make-worktree.ts';
import type { Workbench } from './workbench.ts';

/** Makes a worktree for a piece of work; the session stays where it is. @throws Error in words for a user */
export async function makeForWork(
  bench: Workbench,
  session: SessionRef,
  { name, signal = session.signal }: { readonly name?: string; readonly signal?: AbortSignal },
): Promise<MadeWorktree> {
  const worktree = await makeWorktree(bench, session, name, signal);
  const { path, branch, made } = worktree;
  // what comes after the work must not be stopped with it
  const git = gitOf(bench, session, path, new AbortController().signal);
  return {
    path,
    ...(branch !== undefined && { branch }),
    // what a hook made is for its maker to judge, and what was there before is not ours to remove
    changed: async () => made === 'found' || (made === 'git' && (await lossOf(worktree, git)).length > 0),
    remove: async () => void (await removeWorktree(bench, session, worktree, git, false)),
  };
}
