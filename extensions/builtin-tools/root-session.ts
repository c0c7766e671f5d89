import type { SessionRef } from 'tenon/plugin-api';

/** The session itself, or the one that its subagents are part of. */
export function rootOf(session: SessionRef): SessionRef {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root;
}
