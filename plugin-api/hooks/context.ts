import {
  type ContextItem,
  type ContextPatch,
  decide,
  type GateReason,
  gate,
  observe,
  transform,
} from '../hook-kinds.ts';
import type { Message } from '../message.ts';
import type { JsonObject } from '../schema.ts';
import type { SessionRef } from '../session.ts';

export interface PreCompact {
  readonly session: SessionRef;
  readonly messages: readonly Message[];
  readonly reason: 'manual' | 'auto';
  readonly instructions: string;
}
export interface PostCompact {
  readonly session: SessionRef;
  readonly before: number;
  readonly after: number;
  readonly summary: string;
  readonly reason?: 'manual' | 'auto';
}
export interface SubagentStart {
  /** Of the subagent. */
  readonly session: SessionRef;
  readonly agent: string;
  readonly prompt: string;
  /** It is not to be told of the instruction files. */
  readonly omitInstructions?: boolean;
  readonly context: readonly ContextItem[];
}
export interface SubagentStop {
  /** Of the subagent. */
  readonly session: SessionRef;
  readonly agent: string;
  readonly lastMessage: string;
  /** The subagent's own transcript, when the session is kept. */
  readonly transcriptPath?: string;
  readonly active: boolean;
  readonly context: readonly ContextItem[];
  readonly verdict: 'stop' | 'go-on';
  readonly reasons: readonly GateReason[];
}
export interface TaskGate {
  readonly session: SessionRef;
  readonly task: JsonObject;
  readonly verdict: 'none' | 'deny';
  readonly reasons: readonly GateReason[];
}
export interface ElicitationValue {
  readonly session: SessionRef;
  readonly server: string;
  readonly request: JsonObject;
}
export interface ElicitationAnswer {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: JsonObject;
}

const taskGate = (options: { readonly pending?: string } = {}) =>
  gate<TaskGate, { readonly verdict?: 'deny'; readonly reason?: string }>({
    ladder: ['none', 'deny'],
    onError: 'skip',
    ...options,
  });

export const contextHooks = {
  /** The conversation is about to be summarised; a tap may do it, or stop it. */
  PreCompact: decide<PreCompact, { readonly summary: string } | { readonly cancel: string }>({
    timeout: 0,
    pending: 'compaction',
    subject: (value) => value.reason,
  }),
  /** The conversation was replaced by a summary. */
  PostCompact: observe<PostCompact>({ timeout: 10_000, pending: 'compaction' }),
  /** A subagent is about to start. */
  SubagentStart: transform<SubagentStart, { readonly prompt?: string; readonly context?: ContextPatch }>({
    subject: (value) => value.agent,
  }),
  /** A subagent has finished. `go-on` sends it the reason as its next instruction. */
  SubagentStop: gate<
    SubagentStop,
    { readonly verdict?: 'go-on'; readonly reason?: string; readonly context?: ContextPatch }
  >({
    ladder: ['stop', 'go-on'],
    onError: 'skip',
    timeout: 60_000,
    subject: (value) => value.agent,
  }),
  /** A task is about to go on the task list. Denied: it does not, and the model gets the reason. */
  TaskCreated: taskGate(),
  /** A task is about to count as completed. Denied: it stays as it is, and the model gets the reason. */
  TaskCompleted: taskGate(),
  /** A member of a team has nothing left to do. */
  TeammateIdle: taskGate({ pending: 'teams of agents' }),
  /** An MCP server wants something from the user; a tap may answer in the user's place. */
  Elicitation: decide<ElicitationValue, ElicitationAnswer>({
    timeout: 0,
    pending: 'MCP',
    subject: (value) => value.server,
  }),
  /** The user has answered an MCP server; a tap may change the answer. */
  ElicitationResult: decide<ElicitationValue, ElicitationAnswer>({
    timeout: 0,
    pending: 'MCP',
    subject: (value) => value.server,
  }),
};
