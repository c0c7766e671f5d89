import type { ToolOffer } from '../points/models.ts';
import type { SessionRef } from '../session.ts';

/** The tools of one session that its model is told of only when it looks for them. */
export interface DeferredTools {
  /** Those that are left out of requests now. The agent loop keeps this up to date. */
  waiting: readonly ToolOffer[];
  /** Names that were found: from the next request on they stand at the end of the tools, in this order. */
  readonly found: Set<string>;
  /** True: nothing is left out. It counts from the next prompt on. */
  off: boolean;
}

/** What is left out of a session's requests. The object is live; a subagent has its own, and begins with the parent's `off`. */
export function deferredTools(session: SessionRef): DeferredTools {
  return session.state<DeferredTools>('tools.deferred', () => {
    const off = session.parent !== undefined && deferredTools(session.parent).off;
    return { waiting: [], found: new Set(), off };
  });
}
