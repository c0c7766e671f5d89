import {
  type ContextItem,
  type ContextPatch,
  decide,
  type GateReason,
  gate,
  observe,
  transform,
  type Verdict,
} from '../hook-kinds.ts';
import type { PermissionAnswer, PermissionQuestion } from '../points/surfaces.ts';
import type { JsonObject } from '../schema.ts';
import type { SessionRef } from '../session.ts';
import type { ToolResult } from '../tool.ts';

export interface PreToolUse {
  readonly session: SessionRef;
  readonly id: string;
  readonly tool: string;
  /** Checked against the tool's schema; checked again when a tap changes it. */
  readonly input: JsonObject;
  readonly verdict: Verdict;
  readonly reasons: readonly GateReason[];
  readonly context: readonly ContextItem[];
}
export interface PreToolUsePatch {
  /** Replaces the whole input, and clears an `allow` that another tap gave to the old one. */
  readonly input?: JsonObject;
  readonly verdict?: 'allow' | 'ask' | 'defer' | 'deny';
  readonly reason?: string;
  readonly context?: ContextPatch;
}
export interface PermissionRequest extends PermissionQuestion {
  readonly session: SessionRef;
}
export interface PermissionDenied {
  readonly session: SessionRef;
  readonly id: string;
  readonly tool: string;
  readonly input: JsonObject;
  readonly reason: string;
}
interface Used {
  readonly session: SessionRef;
  readonly id: string;
  readonly tool: string;
  readonly input: JsonObject;
  readonly context: readonly ContextItem[];
  readonly durationMs: number;
}
export interface PostToolUse extends Used {
  readonly output: ToolResult;
}
export interface PostToolUseFailure extends Used {
  readonly error: string;
  readonly interrupted: boolean;
}
export interface ToolOutcome {
  readonly id: string;
  readonly tool: string;
  readonly input: JsonObject;
  readonly isError: boolean;
  /** The result as the model gets it. */
  readonly content: ToolResult['content'];
}
export interface PostToolBatch {
  readonly session: SessionRef;
  readonly outcomes: readonly ToolOutcome[];
  readonly context: readonly ContextItem[];
  readonly verdict: 'none' | 'deny';
  readonly reasons: readonly GateReason[];
}

/** What the model reads in the place of a result that a tap should have changed and could not. */
export function withheld(why: string): string {
  return `The call has run, but its result is withheld: ${why}`;
}

export const toolHooks = {
  /** Before every call whose input is valid. `allow` saves the question to the user, but beats no rule. */
  PreToolUse: gate<PreToolUse, PreToolUsePatch>({ rewrites: ['input'], subject: (value) => value.tool }),
  /** Somebody has to be asked; a tap may answer in the user's place. */
  PermissionRequest: decide<PermissionRequest, PermissionAnswer>({ timeout: 0, subject: (value) => value.tool }),
  /** A call was not allowed. */
  PermissionDenied: observe<PermissionDenied>({ subject: (value) => value.tool }),
  /** A call succeeded; a tap may change what the model reads. */
  PostToolUse: transform<PostToolUse, { readonly output?: ToolResult; readonly context?: ContextPatch }>({
    subject: (value) => value.tool,
    denied: (_value, why) => ({ output: { content: withheld(why), isError: true } }),
    check({ output }) {
      const content: unknown = output?.content;
      if (output === undefined || typeof content === 'string' || Array.isArray(content)) return;
      throw new TypeError('its output has no `content`, which is a text or a list of blocks');
    },
  }),
  /** A call failed after it started. */
  PostToolUseFailure: transform<PostToolUseFailure, { readonly error?: string; readonly context?: ContextPatch }>({
    subject: (value) => value.tool,
    denied: (_value, why) => ({ error: withheld(why) }),
  }),
  /** All calls of one answer are done. `deny` ends the loop. */
  PostToolBatch: gate<
    PostToolBatch,
    { readonly verdict?: 'deny'; readonly reason?: string; readonly context?: ContextPatch }
  >({
    ladder: ['none', 'deny'],
    onError: 'skip',
  }),
};
