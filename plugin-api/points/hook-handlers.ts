import type { ComponentOrigin } from '../component.ts';
import type { JsonObject } from '../schema.ts';
import { point } from '../service.ts';
import type { SessionRef } from '../session.ts';

/** The fields that handlers of all types have. */
export interface CommonHandler {
  /** One permission rule; the handler runs only for calls that it fits. Only for events about tools. */
  readonly if?: string;
  /** Seconds; default: by type and event. */
  readonly timeout?: number;
  readonly statusMessage?: string;
  /** Runs once. Only for handlers of skills. */
  readonly once?: boolean;
  /** What a handler counts as that could not start, is late, or answers nonsense. Default: `continue`. */
  readonly onFailure?: 'continue' | 'block';
}
export interface CommandHandler extends CommonHandler {
  readonly type: 'command';
  /** Shell text, or with `args` the program. */
  readonly command: string;
  readonly args?: readonly string[];
  readonly shell?: 'bash' | 'powershell';
  readonly async?: boolean;
  readonly asyncRewake?: boolean;
}
export interface HttpHandler extends CommonHandler {
  readonly type: 'http';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowedEnvVars?: readonly string[];
}
export interface McpToolHandler extends CommonHandler {
  readonly type: 'mcp_tool';
  readonly server: string;
  readonly tool: string;
  readonly input?: JsonObject;
}
export interface PromptHandler extends CommonHandler {
  readonly type: 'prompt' | 'agent';
  readonly prompt: string;
  readonly model?: string;
  readonly continueOnBlock?: boolean;
}
/** A function of an extension or of an SDK program: it is given what a command would read, and answers what it would print. */
export interface CallbackHandler extends CommonHandler {
  readonly type: 'callback';
  /** @throws Error when it could not answer */
  call(
    input: JsonObject,
    context: { readonly signal: AbortSignal; readonly session: SessionRef | undefined },
  ): Promise<unknown>;
}
export type Handler = CommandHandler | HttpHandler | McpToolHandler | PromptHandler | CallbackHandler;

/** A handler of one event, as a setup declares it. */
export interface HookHandler {
  /** Unique: where it comes from, the event and its place, `user:PreToolUse:0:1`. */
  readonly name: string;
  /** The event's name in the setup, also those that this program does not know. */
  readonly event: string;
  /** As written; absent or empty: every occurrence. */
  readonly matcher?: string;
  readonly handler: Handler;
  readonly origin: ComponentOrigin;
  /** Only for this session and its subagents (handlers of skills, agents, SDK programs). */
  readonly session?: SessionRef;
}

/**
 * Handlers that stand in settings, plugins, skills and agents, by their unique name. Whoever declares names here should
 * also give each declaration its `event`, so that only the events in use are listened to.
 */
export const HookHandlers = point<HookHandler>('hook-handlers', (handler) => handler.name);
