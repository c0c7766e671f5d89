import { service } from '../service.ts';
import type { SessionRef } from '../session.ts';

/** A git worktree that was made for a piece of work. */
export interface MadeWorktree {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Absent when no branch is checked out, or a hook made it. */
  readonly branch?: string;
  /** True when something would be lost with it: files that are not committed, or commits. */
  changed(): Promise<boolean>;
  /** Removes it and its branch. @throws Error in words for a user when it cannot be removed */
  remove(): Promise<void>;
}

/** Git worktrees for work that is not to touch the checkout. */
export interface Worktrees {
  /**
   * Makes a worktree of the repository that `session` works in. The session itself stays where it is.
   * @param name default: a random one
   * @throws Error in words for a user, such as without a repository
   */
  make(session: SessionRef, options?: { readonly name?: string; readonly signal?: AbortSignal }): Promise<MadeWorktree>;
}

/** Git worktrees. */
export const Worktrees = service<Worktrees>('worktrees@1');
