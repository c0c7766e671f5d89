import type { HookHandler, HookName, JsonObject, PatchOf, SessionRef, ValueOf } from 'tenon/plugin-api';
import type { Answer } from './answer.ts';

/** The types of handlers that a setup can name. Callbacks, which only programs can add, work at every event. */
export type HandlerType = Exclude<HookHandler['handler']['type'], 'callback'>;

export const ALL_TYPES: readonly HandlerType[] = ['command', 'http', 'mcp_tool', 'prompt', 'agent'];
/** Events that no model judges. */
export const NO_MODEL: readonly HandlerType[] = ['command', 'http', 'mcp_tool'];
/** Events that come before a server or a model is there. */
export const AT_START: readonly HandlerType[] = ['command', 'mcp_tool'];

/**
 * What exit code 2 of a handler, or a model that does not agree, comes to. `block`: what the event is about does not
 * happen, or goes on where it was about to end. `model`: the model reads the reason. `user`: the user reads it.
 * `none`: it is noted and has no effect.
 */
export type Effect = 'block' | 'model' | 'user' | 'none';

/** What a mapping may need besides the value of the hook. */
export interface EventWorld {
  /** Work of the session in the background, as handlers are told of it. */
  backgroundTasks(session: SessionRef): readonly JsonObject[];
  /** The model of a session that is open. */
  model(session: SessionRef): string | undefined;
}

/** One event of the format: which hook it is, what handlers read, and what their answers mean. */
export interface EventMapping<N extends HookName = HookName> {
  /** As setups write it. */
  readonly event: string;
  readonly hook: N;
  /** What a matcher is tried on. Absent: matchers mean nothing here. */
  readonly subject?: (value: ValueOf<N>) => string;
  /** `words`: a matcher of only letters, digits, `_` and `|` is a list of names. `files`: names of files with `|` between them. */
  readonly matcher?: 'words' | 'files';
  readonly types: readonly HandlerType[];
  /** Seconds that commands, requests and tools may take; default 600. */
  readonly seconds?: number;
  /** `if` is tried on this call; elsewhere a handler with `if` never runs. */
  readonly call?: (value: ValueOf<N>) => { readonly tool: string; readonly input: JsonObject };
  /** `permission_mode` is among the fields. */
  readonly mode: boolean;
  /** The event's own fields. */
  readonly input: (value: ValueOf<N>, world: EventWorld) => JsonObject;
  /** Text on stdout that is no JSON is context for the model. */
  readonly plain?: boolean;
  readonly exit2: Effect;
  /** What `decision: "block"` comes to. Default: `none`. */
  readonly decision?: Effect;
  /**
   * What `ok: false` of a model comes to. `end`: the turn ends as well, unless the handler says `continueOnBlock`.
   * `continue`: it blocks only when the handler says that.
   */
  readonly refused?: Effect | 'end' | 'continue';
  /** `onFailure: "block"` is ignored, as the format says: to go on for ever would be worse. */
  readonly failsOpen?: boolean;
  /** Handlers of these types that are late count as blocking. */
  readonly lateBlocks?: readonly HookHandler['handler']['type'][];
  /** The running prompt ends when a handler says `continue: false`: after the calls of this answer. */
  readonly stopsTurn?: boolean;
  /** What the model is told before its next turn, where the hook has no place for it. */
  readonly later?: (answer: Answer, value: ValueOf<N>) => readonly string[];
  /** What the hook is answered. */
  readonly patch?: (answer: Answer, value: ValueOf<N>) => PatchOf<N> | undefined;
}

/** A row of the table. The value of each hook differs, so the table holds rows whose types are forgotten. */
export type AnyMapping = EventMapping<never>;

/** Checks a row against the types of its hook, and forgets them. */
export function row<N extends HookName>(mapping: EventMapping<N>): AnyMapping {
  return mapping as unknown as AnyMapping;
}
