import {
  type JsonObject,
  type Message,
  type ModelCallContext,
  ModelError,
  type ModelErrorKind,
  type ModelEvent,
  type ModelRequest,
  type SessionRef,
} from 'tenon/plugin-api';
import { pause } from 'tenon/plugin-api/lib/pause';
import { eventsOf, randomWord } from './answer.ts';
import type { FakeModelConfig } from './manifest.ts';
import type { ProviderParts } from './provider.ts';
import { checkScript, parseScript, type Script, ScriptError, type Turn } from './script.ts';
import { cursorOf, rootOf, type ScriptCursor } from './script-cursor.ts';
import { expander, mapTexts, type ScrubParts, scrubber } from './scrub.ts';
import { difference, lastResults } from './tool-results.ts';

const MAX_RETRIES = 10;
const MAX_DELAY_MS = 5 * 60_000;
/** Events that come at once, as from one read of a network. */
const BATCH = 8;
const OVER = 'The script has no more turns.';
const NO_SCRIPT =
  'This model only plays scripts, and it was given none. Name one with --model fake:path/to/script.json, or set extensions.fake-model.script.';

/** Plays scripts. */
export class Player {
  readonly #parts: ProviderParts;
  readonly #sessionless = new Map<string, ScriptCursor>();

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  async *stream(request: ModelRequest, context: ModelCallContext): AsyncGenerator<readonly ModelEvent[]> {
    const { hook, config, home, env, cwd } = this.#parts;
    const { session, signal } = context;
    const { system, messages, tools } = request;
    let { model } = request;
    if (!hook.idle) {
      const params: JsonObject = { model, system, messages, tools };
      await hook.fire({ ...(session && { session }), params, headers: {} });
    }
    const folders = { env, home, cwd: session?.root ?? cwd };
    for (let attempt = 1; ; attempt++) {
      const script = await this.#cursor(model, session);
      const next = script.next();
      const { label = '[scripted] ', strict = false } = config();
      if (strict) checkTurn(next, script, messages, folders);
      const turn = next === undefined ? { text: script.total === 0 ? NO_SCRIPT : OVER } : placed(next, script, folders);
      context.onRequestId?.(`req_fake_${randomWord()}`);
      await pause(turn.stallMs ?? 0, signal);
      const inputTokens = Math.ceil(JSON.stringify([system, messages]).length / 4);
      const events = turn.fail ? [] : eventsOf(turn, { id: `msg_fake_${randomWord()}`, model, inputTokens, label });
      const cut = turn.fail ? 0 : (turn.cutAfter ?? events.length);
      const broken = turn.fail !== undefined || cut < events.length;
      const given = events.slice(0, cut).some((event) => event.type === 'content_block_start');
      if (!broken || given) yield* batches(events.slice(0, cut), turn.chunkDelayMs, signal);
      if (!broken) return;

      const error = failureOf(turn);
      if (given || !error.retryable || script.done || attempt > MAX_RETRIES) throw error;
      const answer = await context.onRetry?.({ attempt, maxRetries: MAX_RETRIES, delayMs: 0, error });
      await pause(Math.min(Math.max(0, answer?.retryIn ?? 0), MAX_DELAY_MS), signal);
      model = answer?.useModel ?? model;
    }
  }

  /** The script goes on where it stood: for a session, or, outside of any, for the program. */
  async #cursor(model: string, session: SessionRef | undefined): Promise<ScriptCursor> {
    const root = session && rootOf(session);
    const source = model.startsWith('fake:') ? model.slice(5) : '';
    const cursors = root ? root.state('fake-model.scripts', () => new Map<string, ScriptCursor>()) : this.#sessionless;
    const known = cursors.get(source);
    if (known) return known;
    const { config, cwd } = this.#parts;
    const script = source === '' ? fromConfig(config()) : await fromFile(source, root?.root ?? cwd);
    const raced = cursors.get(source);
    if (raced) return raced;
    const made = cursorOf(script, source);
    cursors.set(source, made);
    return made;
  }
}

/** A recorded turn with the folders of this machine. */
function placed(turn: Turn, script: ScriptCursor, folders: ScrubParts): Turn {
  if (!script.recorded) return turn;
  const { expect: _, ...rest } = turn;
  return mapTexts(rest, expander(folders));
}

/** @throws ModelError when the request is another one than when the turn was recorded */
function checkTurn(
  turn: Turn | undefined,
  script: ScriptCursor,
  messages: readonly Message[],
  folders: ScrubParts,
): void {
  const where = script.source === '' ? 'the script' : `the script ${script.source}`;
  let why: string | undefined;
  if (turn === undefined) why = `it has ${script.total} turns, and this is request ${script.used}`;
  else if (turn.expect) {
    why = difference(turn.expect.results, lastResults(messages, script.recorded ? scrubber(folders) : (text) => text));
  }
  if (why === undefined) return;
  throw new ModelError(
    'invalid_request',
    `The request is not the one that turn ${script.used} of ${where} answers: ${why}. Record it anew, or unset extensions.fake-model.strict.`,
  );
}

async function* batches(
  events: readonly ModelEvent[],
  delayMs: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly ModelEvent[]> {
  for (let at = 0; at < events.length; at += BATCH) {
    if (delayMs && at > 0) await pause(delayMs, signal);
    // What comes from a network never comes in the same tick.
    else await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    yield events.slice(at, at + BATCH);
  }
}

function failureOf(turn: Turn): ModelError {
  if (!turn.fail) {
    const text = `The scripted answer was cut off after ${turn.cutAfter} events.`;
    return new ModelError('server_error', text, { retryable: true });
  }
  const { status, message, retry } = turn.fail;
  return new ModelError(kindOf(status), message ?? `The scripted request failed (${status}).`, {
    status,
    retryable: retry ?? (status === 408 || status === 409 || status === 429 || status >= 500),
  });
}

function kindOf(status: number): ModelErrorKind {
  if (status === 401 || status === 403) return 'authentication_failed';
  if (status === 402) return 'billing_error';
  if (status === 404) return 'model_not_found';
  if (status === 429) return 'rate_limit';
  if (status === 529) return 'overloaded';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

function fromConfig(config: FakeModelConfig): Script {
  return reported(() => checkScript(config.script ?? { turns: [] }, 'the setting extensions.fake-model.script'));
}

/** @throws ModelError naming the file. */
async function fromFile(path: string, folder: string): Promise<Script> {
  const { resolve } = await import('node:path');
  const { readFile } = await import('node:fs/promises');
  const file = resolve(folder, path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(cause);
    throw new ModelError('model_not_found', `The script ${file} of the model "fake:${path}" cannot be read: ${why}.`, {
      cause,
    });
  }
  return reported(() => parseScript(text.replace(/^\uFEFF/, ''), `the script ${file}`));
}

function reported(read: () => Script): Script {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScriptError)
      throw new ModelError('invalid_request', sentence(error.message), { cause: error });
    throw error;
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
