import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AssistantMessage, Log, ModelError, SessionEvent, SessionRef } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { parseScript, type Turn } from './script.ts';
import { rootOf } from './script-cursor.ts';
import { mapTexts } from './scrub.ts';
import { type ExpectedResult, resultsOf } from './tool-results.ts';

const MAX_BYTES = 100_000_000;
/** One delta a block, so that the number of events before a break is known. */
const ONE_DELTA = 1_000_000_000;

export interface RecorderParts {
  /** An absolute path. */
  readonly file: string;
  readonly scrub: (text: string) => string;
  readonly log: Log;
  /** Name and version of the program. */
  readonly by: string;
}

/** Writes what a model answers as a script, which the model `fake:FILE` plays. The file is whole at any time. */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #turns: Turn[];
  readonly #results = new Map<string, ExpectedResult[]>();
  #model: string | undefined;
  #writing: Promise<void> | undefined;
  #dirty = false;
  #broken = false;

  private constructor(parts: RecorderParts, turns: readonly Turn[], model: string | undefined) {
    this.#parts = parts;
    this.#turns = [...turns];
    this.#model = model;
  }

  /**
   * Starts a recording, or goes on with one.
   * @throws Error when there is a file that is no recording, or that cannot be read
   */
  static async open(parts: RecorderParts): Promise<Recorder> {
    const text = await readBounded(parts.file, MAX_BYTES).catch((error: Error) => {
      throw new Error(`--record: ${parts.file} ${error.message}`, { cause: error });
    });
    if (text === undefined || text.trim() === '') return new Recorder(parts, [], undefined);
    const other = 'name a file that does not exist yet';
    let script: ReturnType<typeof parseScript>;
    try {
      script = parseScript(text, parts.file);
    } catch (error) {
      throw new Error(`--record: ${(error as Error).message} It is no recording; ${other}`, { cause: error });
    }
    if (script.recorded === undefined) {
      throw new Error(`--record: ${parts.file} is a script that was not recorded, and is left as it is; ${other}`);
    }
    return new Recorder(parts, script.turns, script.recorded.model);
  }

  /** A tap of SessionEvent. The promise ends when an answer is in the file. */
  event(session: SessionRef, event: SessionEvent): Promise<void> | undefined {
    const key = keyOf(session, event.agentId);
    if (event.type === 'user') {
      const results = resultsOf(event.message.content, this.#parts.scrub);
      if (results.length > 0) this.#results.set(key, [...(this.#results.get(key) ?? []), ...results]);
      return undefined;
    }
    // a stand-in for a failed request was told as an error
    if (event.type !== 'message' || event.error !== undefined || event.message.model === '<synthetic>')
      return undefined;
    const expect = this.#expected(key);
    this.#results.delete(key);
    this.#model ??= event.message.model;
    return this.#add({ ...turnOf(event.message, event.aborted === true), ...expect });
  }

  /** A request failed: what its provider tries again is a turn of its own. */
  failure(session: SessionRef, error: ModelError): Promise<void> {
    const { status, kind, message, retryable } = error;
    const code = status !== undefined && status >= 400 && status <= 599 ? status : (STATUS[kind] ?? 500);
    const tried = code === 408 || code === 409 || code === 429 || code >= 500;
    const fail = { status: code, message, ...(tried && !retryable && { retry: false }) };
    return this.#add({ fail, ...this.#expected(keyOf(session, session.agent?.id)) });
  }

  /** Resolves when everything is in the file. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #expected(key: string): Pick<Turn, 'expect'> {
    const results = this.#results.get(key);
    return results === undefined ? {} : { expect: { results } };
  }

  #add(turn: Turn): Promise<void> {
    const { expect, ...rest } = turn;
    this.#turns.push({ ...mapTexts(rest, this.#parts.scrub), ...(expect && { expect }) });
    this.#dirty = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { file, by, log } = this.#parts;
    while (this.#dirty && !this.#broken) {
      this.#dirty = false;
      const recorded = { by, ...(this.#model !== undefined && { model: this.#model }) };
      try {
        await mkdir(dirname(file), { recursive: true });
        await atomicWrite(file, `${JSON.stringify({ recorded, turns: this.#turns }, undefined, 2)}\n`, 0o600);
      } catch (error) {
        this.#broken = true;
        log.error(`--record: ${file} cannot be written, and the recording ends here: ${(error as Error).message}`);
      }
    }
  }
}

/** For failures without a status, such as a server that is not there. */
const STATUS: Readonly<Record<string, number>> = {
  authentication_failed: 401,
  billing_error: 402,
  rate_limit: 429,
  overloaded: 529,
  invalid_request: 400,
  model_not_found: 404,
  server_error: 503,
};

function keyOf(session: SessionRef, agent: string | undefined): string {
  return `${rootOf(session).id} ${agent ?? ''}`;
}

function turnOf({ content, usage, stop_reason }: AssistantMessage, cut: boolean): Turn {
  const thinking = content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join('\n');
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  const calls = content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, input: block.input, id: block.id }] : [],
  );
  const counts = Object.entries(usage).filter(([, count]) => typeof count === 'number');
  const ordinary = calls.length > 0 ? 'tool_use' : 'end_turn';
  const parts = {
    ...(thinking !== '' && { thinking }),
    ...(texts.length > 0 && { text: texts.join('') }),
    ...(calls.length > 0 && { calls }),
    ...(counts.length > 0 && { usage: Object.fromEntries(counts) as Record<string, number> }),
  };
  if (!cut) return { ...parts, ...(stop_reason !== null && stop_reason !== ordinary && { stopReason: stop_reason }) };
  // start and ping; start, delta and end of a block; a thought has a signature too
  const blocks = (parts.thinking === undefined ? 0 : 4) + (parts.text === undefined ? 0 : 3) + 3 * calls.length;
  return { ...parts, chunk: ONE_DELTA, cutAfter: 2 + blocks };
}
