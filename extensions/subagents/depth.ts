import type { SessionRef } from 'tenon/plugin-api';

/** 0 for a session that nobody started. */
export function depthOf(session: SessionRef): number {
  return session.parent === undefined ? 0 : depthOf(session.parent) + 1;
}

export function rootOf(session: SessionRef): SessionRef {
  return session.parent === undefined ? session : rootOf(session.parent);
}
