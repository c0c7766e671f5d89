import type { SessionRef } from '../session.ts';

/**
 * The variables that SessionStart taps gave: whoever runs a command for a session adds them to its environment. The
 * object is live, and the same for a session and its subagents.
 */
export function sessionEnv(session: SessionRef): Record<string, string> {
  return rootOf(session).state<Record<string, string>>('env', () => ({}));
}

/** What the shell of a session's commands gets besides variables. */
export interface SessionShell {
  /** Absolute paths of files that the shell reads before each command, in this order; one that is missing is passed over. */
  readonly files: Set<string>;
  /** Absolute paths of folders that are searched for programs, after those of PATH: no program of the system is hidden. */
  readonly folders: Set<string>;
}

/**
 * What the shell of a session's commands gets besides variables. The sets are live, and the same for a session and its
 * subagents: an extension whose programs the model may call (the `bin` of a plugin) adds its folder in a SessionStart tap.
 */
export function sessionShell(session: SessionRef): SessionShell {
  return rootOf(session).state<SessionShell>('env.shell', () => ({ files: new Set(), folders: new Set() }));
}

function rootOf(session: SessionRef): SessionRef {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root;
}
