import {
  type ContextItem,
  type ContextPatch,
  decide,
  type GateReason,
  gate,
  observe,
  transform,
} from '../hook-kinds.ts';
import type { AssistantMessage, ContentBlock, Message, Usage } from '../message.ts';
import type { ModelError, ToolOffer } from '../points/models.ts';
import type { JsonObject } from '../schema.ts';
import type { SessionRef } from '../session.ts';

export interface UserPromptSubmit {
  readonly session: SessionRef;
  readonly text: string;
  readonly images: readonly ContentBlock[];
  readonly source: 'user' | 'sdk' | 'system';
  readonly context: readonly ContextItem[];
  readonly verdict: 'none' | 'deny';
  readonly reasons: readonly GateReason[];
}
export interface UserPromptExpansion {
  readonly session: SessionRef;
  /** The name of the command, without the slash. */
  readonly command: string;
  readonly args: string;
  /** Where the command comes from: `builtin`, `user`, `project`, `plugin`, … */
  readonly source: string;
  /** What the user typed. */
  readonly prompt: string;
  /** What the model is going to get in its place. */
  readonly text: string;
  readonly context: readonly ContextItem[];
  readonly verdict: 'none' | 'deny';
  readonly reasons: readonly GateReason[];
}
export interface QueryStart {
  readonly session: SessionRef;
  readonly prompt: string;
  readonly model: string;
  readonly turnCount: number;
  readonly context: readonly ContextItem[];
  readonly verdict: 'none' | 'deny';
  readonly reasons: readonly GateReason[];
}
export interface TurnStart {
  readonly session: SessionRef;
  /** Counts from 1 within a prompt. */
  readonly turn: number;
  readonly system: readonly string[];
  readonly tools: readonly ToolOffer[];
  /** Messages added for this and all later turns. */
  readonly added: readonly Message[];
}
export interface ModelRequestValue {
  readonly session?: SessionRef;
  /** The body of the request in the provider's own format. */
  readonly params: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}
export interface ModelResponse {
  readonly session: SessionRef;
  readonly message: AssistantMessage;
  readonly usage: Usage;
  readonly stopReason: string | null;
  /** Milliseconds from the request to the end of the answer. */
  readonly ms: number;
}
export interface ModelErrorValue {
  readonly session: SessionRef;
  readonly error: ModelError;
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
}
export interface ModelSwitch {
  readonly session: SessionRef;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}
export interface PreModelSwitch extends ModelSwitch {
  readonly verdict: 'none' | 'allow' | 'ask' | 'deny';
  readonly reasons: readonly GateReason[];
}
export interface Stop {
  readonly session: SessionRef;
  /** The text of the last answer. */
  readonly lastMessage: string;
  /** True when the model goes on already because a tap asked it to. */
  readonly active: boolean;
  readonly context: readonly ContextItem[];
  readonly verdict: 'stop' | 'go-on';
  readonly reasons: readonly GateReason[];
}
export interface StopFailure {
  readonly session: SessionRef;
  readonly error: ModelError;
}
export interface QueryEnd {
  readonly session: SessionRef;
  readonly turns: number;
  readonly usage: Usage;
  readonly totalCostUsd: number;
  readonly durationMs: number;
  readonly lastMessage: string;
  readonly outcome: 'success' | 'error' | 'interrupted' | 'max_turns' | 'budget';
}

/** What a tap that may only let pass or refuse returns. */
export interface DenyPatch {
  readonly verdict?: 'deny';
  readonly reason?: string;
  readonly context?: ContextPatch;
}

export const queryHooks = {
  /** A prompt came in. Denied: it is not sent, and the reason is shown. */
  UserPromptSubmit: gate<UserPromptSubmit, DenyPatch & { readonly text?: string }>({
    ladder: ['none', 'deny'],
    rewrites: ['text'],
    timeout: 30_000,
  }),
  /** A slash command became a prompt. Denied: it is not sent, and the reason is shown. */
  UserPromptExpansion: gate<UserPromptExpansion, DenyPatch & { readonly text?: string }>({
    ladder: ['none', 'deny'],
    rewrites: ['text'],
    onError: 'skip',
    subject: (value) => value.command,
  }),
  /** Once for each prompt, before the first model request. */
  QueryStart: gate<QueryStart, DenyPatch & { readonly prompt?: string; readonly model?: string }>({
    ladder: ['none', 'deny'],
    rewrites: ['prompt', 'model'],
    subject: (value) => value.model,
  }),
  /** Before each model request. What is added stays: earlier bytes never change. */
  TurnStart: transform<TurnStart, { readonly added?: readonly Message[]; readonly system?: readonly string[] }>({
    appends: ['added', 'system'],
  }),
  /** The request as the provider is about to send it. */
  ModelRequest: transform<
    ModelRequestValue,
    { readonly params?: JsonObject; readonly headers?: Readonly<Record<string, string>> }
  >({
    timeout: 5_000,
  }),
  /** An answer is complete. */
  ModelResponse: observe<ModelResponse>({ timeout: 10_000 }),
  /** A request failed and could be tried again. */
  ModelError: decide<ModelErrorValue, { readonly retryIn: number } | { readonly useModel: string }>({
    timeout: 5_000,
    subject: (value) => value.error.kind,
  }),
  /** The session is about to use another model. */
  PreModelSwitch: gate<PreModelSwitch, { readonly verdict?: 'allow' | 'ask' | 'deny'; readonly reason?: string }>({
    ladder: ['none', 'allow', 'ask', 'deny'],
    subject: (value) => value.to,
  }),
  /** The session uses another model. */
  PostModelSwitch: observe<ModelSwitch>({ subject: (value) => value.to }),
  /** The model has finished. `go-on` sends it the reason as its next instruction. */
  Stop: gate<Stop, { readonly verdict?: 'go-on'; readonly reason?: string; readonly context?: ContextPatch }>({
    ladder: ['stop', 'go-on'],
    timeout: 60_000,
    onError: 'skip',
  }),
  /** The prompt ended because the model could not be reached or refused. */
  StopFailure: observe<StopFailure>({ subject: (value) => value.error.kind }),
  /** The prompt is done, also after errors and interrupts. */
  QueryEnd: observe<QueryEnd>({ timeout: 10_000, subject: (value) => value.outcome }),
};
