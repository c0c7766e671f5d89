import type { AssistantMessage, Message } from '../message.ts';
import type { JsonSchema } from '../schema.ts';
import { point } from '../service.ts';
import type { SessionRef } from '../session.ts';
import type { ModelErrorKind } from '../session-event.ts';

/** A tool as a request offers it. */
export interface ToolOffer {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** How hard a model is to work on an answer; providers may know other words. */
export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max' | (string & {});

/** How a model thinks before it answers: up to so many tokens, as it sees fit, or not at all. */
export type Thinking = { readonly budgetTokens: number } | 'adaptive' | 'disabled';

/** A tool that the provider runs itself while it answers: its calls and results are blocks of the answer (`ServerBlock`). */
export interface ServerTool {
  readonly type: 'web_search';
  /** Searches that one answer may make. */
  readonly maxUses?: number;
  /** Host names; at most one of the two lists. */
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
}

/** A request to a model, independent of the provider. */
export interface ModelRequest {
  /** As the user wrote it; a provider may resolve an alias. */
  readonly model: string;
  /** Stable blocks first; each is one cacheable block. */
  readonly system: readonly string[];
  readonly messages: readonly Message[];
  readonly tools: readonly ToolOffer[];
  /** Only for providers that list them in `serverTools`. */
  readonly serverTools?: readonly ServerTool[];
  readonly maxTokens?: number;
  readonly thinking?: Thinking;
  /** How thoughts are shown, by a word of the provider's (`summarized`, `omitted`); only where the model thinks. */
  readonly thinkingDisplay?: string;
  /** Tokens that the whole prompt should take; advice, for models that know it. */
  readonly taskBudget?: number;
  /** A provider takes the nearest level that the model knows; a model without levels is asked without. */
  readonly effort?: Effort;
  /** Features of the endpoint that are not generally available, by its own names (`anthropic-beta`). */
  readonly betas?: readonly string[];
  readonly toolChoice?: { readonly type: 'auto' | 'any' | 'none' } | { readonly type: 'tool'; readonly name: string };
}

export interface ModelCallContext {
  readonly signal: AbortSignal;
  readonly session?: SessionRef;
  /** Told before each new attempt; what it gives replaces the provider's own delay. */
  onRetry?(retry: ModelRetry): Promise<{ readonly retryIn?: number; readonly useModel?: string } | undefined>;
  /** Called once the provider has an id of the request. */
  onRequestId?(id: string): void;
}
export interface ModelRetry {
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  readonly maxRetries: number;
  readonly delayMs: number;
  readonly error: ModelError;
}

/**
 * One event of an answer, in the vocabulary of the Anthropic streaming API
 * (https://docs.anthropic.com/en/docs/build-with-claude/streaming). Unknown types are passed through.
 */
export type ModelEvent =
  | { readonly type: 'message_start'; readonly message: AssistantMessage }
  | {
      readonly type: 'content_block_start';
      readonly index: number;
      readonly content_block: { readonly type: string; readonly [field: string]: unknown };
    }
  | { readonly type: 'content_block_delta'; readonly index: number; readonly delta: ModelDelta }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | {
      readonly type: 'message_delta';
      readonly delta: { readonly stop_reason: string | null; readonly stop_sequence?: string | null };
      readonly usage?: Partial<AssistantMessage['usage']>;
    }
  | { readonly type: 'message_stop' }
  | { readonly type: 'ping' };
export type ModelDelta =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'thinking_delta'; readonly thinking: string }
  | { readonly type: 'signature_delta'; readonly signature: string }
  | { readonly type: 'input_json_delta'; readonly partial_json: string }
  | { readonly type: 'citations_delta'; readonly citation: unknown };

/** What is known of a model. Prices are US dollars for a million tokens. */
export interface ModelInfo {
  readonly id: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly price?: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
  };
}

/** A model that users may choose. */
export interface ModelChoice {
  /** What they choose it by: an alias or an id. */
  readonly value: string;
  /** The id that it stands for now. */
  readonly resolved?: string;
  readonly description: string;
  /** The levels of effort that it knows; none: it has no levels. */
  readonly efforts?: readonly string[];
}

/**
 * Answers requests for the models whose ids fit `name`: an id, or a pattern with one `*`. The most specific name wins,
 * so a provider with the name `*` takes what no other does.
 */
export interface ModelProvider {
  readonly name: string;
  /** The model to use when the user names none. */
  readonly defaultModel?: string;
  /** Tools that it can run itself; default: none. */
  readonly serverTools?: readonly ServerTool['type'][];
  info(model: string): ModelInfo;
  /** What to show to a user who wants to choose a model. */
  models?(): readonly ModelChoice[];
  /** Where the key comes from, for `system/init`: the name of a variable or setting, or `none`. */
  keySource(): string;
  /** Where requests go, and why they could not be sent, without sending one. Neither text holds a secret. */
  status?(): { readonly endpoint?: string; readonly problem?: string };
  /**
   * Sends a request, retries what can be retried, and gives the events of the answer in batches, one for each read
   * from the network.
   * @throws ModelError
   */
  stream(request: ModelRequest, context: ModelCallContext): AsyncIterable<readonly ModelEvent[]>;
  /** Tokens the request would take, where the provider can tell. */
  countTokens?(request: ModelRequest, context: ModelCallContext): Promise<number>;
}

/** A request failed for good. `message` says what and what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly kind: ModelErrorKind;
  /** The HTTP status, when there was one. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryable: boolean;

  constructor(
    kind: ModelErrorKind,
    message: string,
    details: {
      readonly status?: number;
      readonly requestId?: string;
      readonly retryable?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryable = details.retryable ?? false;
  }
}

/** True for a ModelError of any copy of the plugin API. */
export function isModelError(error: unknown): error is ModelError {
  return error instanceof Error && error.name === 'ModelError' && 'kind' in error;
}

/** Model providers, by the ids they answer for. */
export const Models = point<ModelProvider>(
  'models',
  (provider) => provider.name,
  undefined,
  (provider) => {
    const missing = (['info', 'keySource', 'stream'] as const).find((one) => typeof provider[one] !== 'function');
    return missing === undefined ? undefined : `needs a function ${missing}`;
  },
);
