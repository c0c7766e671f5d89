import type { ExpectedResult } from './tool-results.ts';

/** A script: what the model answers, one turn for each request. */
export interface Script {
  /** It was recorded (`--record`): `⟦cwd⟧` and `⟦home⟧` in it stand for folders. */
  readonly recorded?: { readonly by?: string; readonly model?: string };
  readonly turns: readonly Turn[];
}

/** One answer. A turn with nothing in it is an empty answer. */
export interface Turn {
  readonly thinking?: string;
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly input?: unknown; readonly id?: string }[];
  /** The request fails. What a provider would try again is answered by the next turn, if there is one. */
  readonly fail?: {
    readonly status: number;
    readonly message?: string;
    /** `false`: it is not tried again, whatever the status. */
    readonly retry?: boolean;
  };
  /** Milliseconds of silence before the answer. */
  readonly stallMs?: number;
  /** Characters in one delta; default 20. */
  readonly chunk?: number;
  /** Milliseconds between two batches of events. */
  readonly chunkDelayMs?: number;
  readonly stopReason?: string;
  /** The connection breaks after this many events. */
  readonly cutAfter?: number;
  /** Token counts in the place of estimated ones, in the API's names. */
  readonly usage?: Readonly<Record<string, number>>;
  /** What the request held when this was recorded; compared where `extensions.fake-model.strict` is set. */
  readonly expect?: { readonly results: readonly ExpectedResult[] };
}

/** A script is not what it should be. `message` names the field, what was expected, and what to do. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/**
 * Checks a script.
 * @param where what messages call it: a file, or a settings key
 * @throws ScriptError
 */
export function checkScript(value: unknown, where: string): Script {
  const { turns, recorded } = object(value, where, '');
  if (!Array.isArray(turns)) throw wrong(where, 'turns', 'a list of turns', turns);
  for (const [index, turn] of turns.entries()) checkTurn(turn, where, `turns[${index}]`);
  return { turns: turns as readonly Turn[], ...(isObject(recorded) && { recorded }) };
}

/** Reads the text of a script file. @throws ScriptError with line and column where the JSON is broken. */
export function parseScript(text: string, where: string): Script {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ScriptError(
      `${where}${position(message, text)} is not JSON: ${message.replace(/ \(line .*$/, '')}. Correct the file.`,
    );
  }
  return checkScript(value, where);
}

const FIELDS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  thinking: string,
  text: string,
  calls: (value) => (Array.isArray(value) ? undefined : 'a list of calls'),
  fail: (value) => (isObject(value) ? undefined : 'an object with a status'),
  stallMs: count,
  chunk: (value) => (Number.isSafeInteger(value) && (value as number) > 0 ? undefined : 'a whole number above 0'),
  chunkDelayMs: count,
  stopReason: string,
  cutAfter: count,
  usage: (value) =>
    isObject(value) && Object.values(value).every((tokens) => typeof tokens === 'number')
      ? undefined
      : 'an object of token counts',
  expect: (value) =>
    isObject(value) && Array.isArray(value.results) && value.results.every(isResult)
      ? undefined
      : 'an object with a list "results" of { id, text }',
};

function isResult(value: unknown): boolean {
  return isObject(value) && typeof value.id === 'string' && typeof value.text === 'string';
}

function checkTurn(value: unknown, where: string, path: string): void {
  const turn = object(value, where, path);
  for (const [field, given] of Object.entries(turn)) {
    const at = `${path}.${field}`;
    const check = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    if (!check) {
      const known = Object.keys(FIELDS).join(', ');
      throw new ScriptError(`${where}: ${at} is not a field of a turn. Expected one of: ${known}.`);
    }
    const expected = check(given);
    if (expected !== undefined) throw wrong(where, at, expected, given);
  }
  if (Array.isArray(turn.calls)) {
    turn.calls.forEach((given, index) => {
      const at = `${path}.calls[${index}]`;
      const call = object(given, where, at);
      if (typeof call.name !== 'string' || call.name === '')
        throw wrong(where, `${at}.name`, 'the name of a tool', call.name);
      if (call.id !== undefined && typeof call.id !== 'string') throw wrong(where, `${at}.id`, 'a text', call.id);
    });
  }
  const fail = turn.fail as { status?: unknown; message?: unknown; retry?: unknown } | undefined;
  if (fail) {
    const { status, message, retry } = fail;
    if (retry !== undefined && typeof retry !== 'boolean')
      throw wrong(where, `${path}.fail.retry`, 'true or false', retry);
    if (!Number.isSafeInteger(status) || (status as number) < 400 || (status as number) > 599) {
      throw wrong(where, `${path}.fail.status`, 'an HTTP status from 400 to 599', status);
    }
    if (message !== undefined && typeof message !== 'string')
      throw wrong(where, `${path}.fail.message`, 'a text', message);
  }
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'a text';
}

function count(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'a whole number of at least 0';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, where: string, path: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw wrong(where, path, path === '' ? 'an object with a list "turns"' : 'an object', value);
}

function wrong(where: string, path: string, expected: string, value: unknown): ScriptError {
  const found = value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 60) ?? typeof value);
  return new ScriptError(`${where}${path === '' ? '' : `: ${path}`}: expected ${expected}, found ${found}.`);
}

/** `:3:14` for an offset that an engine's message names, or for the excerpt that it shows instead. */
function position(message: string, text: string): string {
  const named = /at position (\d+)/.exec(message)?.[1];
  let offset = named === undefined ? -1 : Number(named);
  if (offset < 0 && message.includes('end of JSON input')) offset = text.length;
  if (offset < 0) {
    const excerpt = /"(?:\.\.\.)?([\s\S]*?)(?:\.\.\.)?" is not valid JSON/.exec(message)?.[1];
    const token = /token '?(.)/u.exec(message)?.[1];
    const start = excerpt === undefined ? -1 : text.indexOf(excerpt);
    // The engine shows ten characters before the wrong one.
    if (start >= 0 && token !== undefined) offset = text.indexOf(token, message.includes('"...') ? start + 10 : start);
  }
  if (offset < 0) return '';
  const before = text.slice(0, offset).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
