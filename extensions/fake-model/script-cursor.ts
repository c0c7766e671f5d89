import type { SessionRef } from 'tenon/plugin-api';
import type { Script, Turn } from './script.ts';

/**
 * Where a session stands in its script. A subagent takes its turns from the script of the session that started it, in
 * the order in which requests come in. The root session keeps its cursors as `state('fake-model.scripts')`, a Map by
 * script file (`''` for the script in the settings), so that a test can see how many turns were left.
 */
export interface ScriptCursor {
  readonly source: string;
  /** The script was recorded. */
  readonly recorded: boolean;
  /** Turns of the script. */
  readonly total: number;
  /** Turns that were asked for. */
  readonly used: number;
  next(): Turn | undefined;
  readonly done: boolean;
}

/** Starts at the first turn. */
export function cursorOf(script: Script, source: string): ScriptCursor {
  let used = 0;
  return {
    source,
    recorded: script.recorded !== undefined,
    total: script.turns.length,
    get used() {
      return used;
    },
    get done() {
      return used >= script.turns.length;
    },
    next: () => script.turns[used++],
  };
}

/** The session that a subagent works for in the end. */
export function rootOf(session: SessionRef): SessionRef {
  let root = session;
  while (root.parent) root = root.parent;
  return root;
}
