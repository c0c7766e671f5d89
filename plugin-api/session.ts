import type { Effort } from './points/models.ts';

/** How calls that no rule covers are treated. `default` is also written `manual`. */
export type PermissionMode = 'default' | 'acceptEdits' | 'plan' | 'auto' | 'dontAsk' | 'bypassPermissions';

/**
 * A session as every hook value and service call sees it. The fields are live: they show the state at the moment of
 * reading.
 */
export interface SessionRef {
  /** A UUID; a subagent has its own, with the root's in `parent`. */
  readonly id: string;
  /** The current working directory, an absolute path. */
  readonly cwd: string;
  /** Where the session started, an absolute path; it does not follow `cwd`. */
  readonly root: string;
  /** The transcript file, when the session is kept. */
  readonly transcriptPath?: string;
  readonly permissionMode: PermissionMode;
  /** The UUID of the prompt that is being answered; absent before the first. */
  readonly promptId?: string;
  /** Set inside a subagent. The description says in a few words what it is to do. */
  readonly agent?: { readonly id: string; readonly type: string; readonly description?: string };
  readonly parent?: SessionRef;
  /** How hard the model is to work; absent: as the model does by itself. */
  readonly effort?: Effort | undefined;
  /** Aborts when the running query is interrupted or the session is closed. */
  readonly signal: AbortSignal;
  /** Memory of an extension that lives as long as the session: `make` runs at the first call for `key`. */
  state<T>(key: string, make: () => T): T;
}
