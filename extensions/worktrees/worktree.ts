import type { SessionRef } from 'tenon/plugin-api';

/** The worktree that a session works in. */
export interface Worktree {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Absent when no branch is checked out, or a hook made it. */
  readonly branch?: string;
  /** `git`: made by this session; `hook`: made by somebody else for this session; `found`: was there before. */
  readonly made: 'git' | 'hook' | 'found';
  /** The commit that a worktree of this session began with. */
  readonly base?: string;
  /** The main checkout, for what git made. */
  readonly checkout?: string;
  /** Links to folders of the checkout that were put into it. */
  readonly links?: readonly string[];
}

/** What a session remembers of its worktree. */
export interface WorktreeState {
  /** Where it works now, and where it was before. */
  current?: { readonly worktree: Worktree; readonly before: string };
  /** The flag of the command line has been followed. */
  opened?: boolean;
}

/** The object is live. */
export function worktreeState(session: SessionRef): WorktreeState {
  return session.state<WorktreeState>('worktrees', () => ({}));
}
