import type { SessionRef } from '../session.ts';

/**
 * The variables that SessionStart taps gave: whoever runs a command for a session adds them to its environment. The
 * object is live, and the same for a session and its subagents.
 */
export function sessionEnv(session: SessionRef): Record<string, string> {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root.state<Record<string, string>>('env', () => ({}));
}
