import type { Message } from '../message.ts';
import { service } from '../service.ts';
import type { PermissionMode, SessionRef } from '../session.ts';

/** A kept session as it can be gone on with. */
export interface StoredSession {
  readonly id: string;
  readonly path: string;
  /** The conversation; a call that had no result when the program ended has one that says so. */
  readonly messages: readonly Message[];
  readonly model?: string;
  readonly permissionMode?: PermissionMode;
  readonly cwd?: string;
  readonly title?: string;
  /** The uuid of the last line, which the next one names as its parent. */
  readonly lastUuid?: string;
  /** The uuid of the file's last line, where the conversation ends before it. */
  readonly tailUuid?: string;
  readonly totalCostUsd?: number;
  /** The call that the session ended with because a hook put it off. It is the last block of `messages` and has no result. */
  readonly deferred?: { readonly id: string; readonly name: string; readonly input: unknown };
}

export interface SessionSummary {
  readonly id: string;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly title: string;
}

/** What is kept of a subagent beside its conversation. */
export interface AgentNote {
  readonly agentType: string;
  readonly description: string;
  /** Another name for it. */
  readonly name?: string;
  readonly cwd: string;
  readonly model?: string;
  /** The call that it was started for. */
  readonly toolUseId?: string;
  readonly worktreePath?: string;
  readonly worktreeBranch?: string;
}

/** A kept subagent as it can be gone on with. */
export interface StoredAgent extends AgentNote {
  readonly id: string;
  /** Its transcript. */
  readonly path: string;
}

/** Sessions that survive the program. */
export interface Sessions {
  /** Where the transcript of a session of this folder is kept, whether it exists or not. */
  path(cwd: string, id: string): string;
  /**
   * `undefined` when there is no such session.
   * @param at the uuid of the last message that counts; default: the last one
   * @throws Error naming the file when it cannot be read, or has no such message
   */
  load(cwd: string, id: string, at?: string): Promise<StoredSession | undefined>;
  /** The sessions of a folder, the newest first. */
  list(cwd: string, limit?: number): Promise<readonly SessionSummary[]>;
  /**
   * Starts keeping a session: durable events that follow are appended to its file. `from` is what a resumed or forked
   * session starts with.
   */
  keep(
    session: { readonly id: string; readonly cwd: string },
    from?: { readonly stored: StoredSession; readonly fork: boolean },
  ): Promise<void>;
  /**
   * Notes what a subagent of a session is, beside its transcript (`<session>/subagents/agent-<id>.meta.json`).
   * @returns the path of its transcript; `undefined` when the session is not kept
   */
  noteAgent?(session: SessionRef, id: string, note: AgentNote): Promise<string | undefined>;
  /** The subagents of a kept session, in no order. */
  agents?(session: SessionRef): Promise<readonly StoredAgent[]>;
  /** The conversation of a subagent; lines that follow go on from there. `undefined` when there is none. */
  resumeAgent?(session: SessionRef, id: string): Promise<readonly Message[] | undefined>;
}

/** Kept sessions. */
export const Sessions = service<Sessions>('sessions@1');
