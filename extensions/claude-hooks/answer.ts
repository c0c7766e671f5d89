import type { HookHandler, JsonObject } from 'tenon/plugin-api';
import type { HookOutput } from './hook-output.ts';

/** What came out of one run of a handler, whatever its type. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Of a command that ended by itself. */
  readonly exitCode?: number;
  /** Nothing was decided: it could not start, was late, or failed. */
  readonly failure?: { readonly kind: 'start' | 'late' | 'failed'; readonly text: string };
  /** It was ended by an interrupt. */
  readonly cancelled?: boolean;
  /** It goes on in the background. */
  readonly background?: boolean;
  /** What a model said. */
  readonly judged?: { readonly ok: boolean; readonly reason: string; readonly impossible: boolean };
  /** The answer of an HTTP server or of a callback, which is an object already. */
  readonly given?: unknown;
}

/** What a run means for its event. */
export interface Outcome {
  readonly item: HookHandler;
  readonly ran: Ran;
  readonly ms: number;
  readonly status: 'success' | 'error' | 'cancelled';
  /** Exit code 2, a model that does not agree, or a failure that counts as that: the reason. */
  readonly blocked?: string;
  /** The model wants the turn to end. */
  readonly ends?: boolean;
  /** The JSON that it answered. */
  readonly output?: HookOutput;
  /** Its plain text, where that is context. */
  readonly plain?: string;
  /** What the user should know of it, when it failed. */
  readonly problem?: string;
}

/** The answers of all handlers of one event together. */
export interface Answer {
  /** One of them said `continue: false`, or a model ended the turn: why. */
  readonly stopped: string | undefined;
  /** Why what the event is about is not to happen; in the order of the handlers. */
  readonly blocks: readonly string[];
  /** For the model, with the name of the hook. */
  readonly context: readonly string[];
  /** The runs, in the order of the handlers. */
  readonly outcomes: readonly Outcome[];
}

/** The parts of `hookSpecificOutput`, in the order of the handlers. */
export function specifics(answer: Answer): readonly JsonObject[] {
  return answer.outcomes.flatMap(({ output }) => (output?.specific === undefined ? [] : [output.specific]));
}

/** The last value of a field of `hookSpecificOutput` that has the right type. */
export function lastField<T>(answer: Answer, name: string, is: (value: unknown) => value is T): T | undefined {
  return specifics(answer)
    .map((one) => one[name])
    .findLast(is);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Several reasons as one, or `undefined`. */
export function joined(reasons: readonly string[]): string | undefined {
  const said = [...new Set(reasons.filter((one) => one.trim() !== ''))];
  return said.length === 0 ? undefined : said.join('\n');
}
