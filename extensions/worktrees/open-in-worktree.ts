import type { SessionRef } from 'tenon/plugin-api';
import { described, liveSession, moveInto } from './enter-worktree.ts';
import { makeWorktree } from './make-worktree.ts';
import type { Workbench } from './workbench.ts';
import { worktreeState } from './worktree.ts';

/**
 * Follows the flag `--worktree` before the first prompt of a session. A prompt that was meant for a worktree is not sent
 * without one.
 */
export async function openInWorktree(
  bench: Workbench,
  ref: SessionRef,
  name: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly verdict: 'deny'; readonly reason: string } | undefined> {
  const state = worktreeState(ref);
  if (state.opened === true) return undefined;
  try {
    const session = await liveSession(bench, ref);
    const worktree = await makeWorktree(bench, session, name, signal);
    await moveInto(bench, session, worktree);
    state.opened = true;
    session.inform('info', described(worktree));
    return undefined;
  } catch (error) {
    return { verdict: 'deny', reason: `--worktree: ${(error as Error).message}` };
  }
}
