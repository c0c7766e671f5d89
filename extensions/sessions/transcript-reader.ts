import type { Message, StoredSession } from 'tenon/plugin-api';
import { backwardLines } from './backward-lines.ts';
import { threadMessages } from './thread.ts';
import { type ChainEntry, type StateEntry, transcriptEntry } from './transcript-entry.ts';

/**
 * Reads a kept session: the thread that ends with the file's last conversation line. The file is read from its end,
 * and no further than the last compaction, so that the time it takes depends on the conversation and not on the file.
 * @param options.agent it is the transcript of a subagent
 * @param options.at the uuid of the line that the thread ends with, instead of the file's last one
 * @throws the file system's error; Error when there is no line of this uuid
 */
export async function readTranscript(
  path: string,
  { agent = false, at }: { readonly agent?: boolean; readonly at?: string } = {},
): Promise<Omit<StoredSession, 'id'>> {
  const thread = new Thread();
  let tail: string | undefined;
  let wanted = at;
  reading: for await (const lines of backwardLines(path)) {
    for (const line of lines) {
      const entry = transcriptEntry(line, agent);
      if (entry === undefined) continue;
      if (entry.kind === 'state') {
        thread.state(entry);
        continue;
      }
      tail ??= entry.uuid;
      if (entry.uuid === wanted) wanted = undefined;
      if (wanted === undefined && !thread.complete) thread.add(entry);
      if (thread.compacted) break reading;
    }
  }
  if (wanted !== undefined) throw new Error(`it has no message ${wanted}`);
  const { chain, others } = thread.end();
  const leaf = chain.at(-1);
  const { title, summary, deferredId, ...state } = thread.known;
  const messages = threadMessages(chain, others, deferredId);
  const deferred = deferredCall(messages, deferredId);
  return {
    path,
    messages,
    ...state,
    ...(deferred === undefined ? {} : { deferred }),
    ...(title === undefined && summary === undefined ? {} : { title: title ?? summary ?? '' }),
    ...(leaf === undefined ? {} : { lastUuid: leaf.uuid }),
    ...(at === undefined || tail === undefined ? {} : { tailUuid: tail }),
    ...(leaf?.cwd === undefined ? {} : { cwd: leaf.cwd }),
  };
}

/** The call that the conversation ends with, when it is the one that was put off. */
function deferredCall(messages: readonly Message[], id: string | undefined): StoredSession['deferred'] {
  const last = messages.at(-1);
  const block = last?.role === 'assistant' && typeof last.content !== 'string' ? last.content.at(-1) : undefined;
  if (block?.type !== 'tool_use' || block.id !== id) return undefined;
  return { id: block.id, name: block.name, input: block.input };
}

/** The uuid of a transcript's last conversation line. @throws the file system's error */
export async function lastUuidOf(path: string): Promise<string | undefined> {
  for await (const lines of backwardLines(path, 64 * 1024)) {
    for (const line of lines) {
      const entry = transcriptEntry(line);
      if (entry?.kind === 'chain') return entry.uuid;
    }
  }
  return undefined;
}

/** Walks up from the last line by parents, while lines arrive from the last to the first. */
class Thread {
  /** What is known of the session as a whole: of each thing, the latest. */
  known: Omit<StateEntry, 'kind'> = {};
  /** The thread has reached its start; only what is said of the session as a whole may come before. */
  complete = false;
  /** The start is a compaction, after which the writer says everything again. */
  compacted = false;
  /** All conversation lines so far, last to first. */
  readonly #entries: ChainEntry[] = [];
  readonly #places = new Map<string, number>();
  /** Places of the thread's lines, last to first. */
  readonly #taken: number[] = [];
  readonly #takenSet = new Set<number>();
  #wanted: string | undefined;

  state(entry: StateEntry): void {
    const { kind: _, ...fields } = entry;
    this.known = { ...fields, ...this.known };
  }

  add(entry: ChainEntry): void {
    const place = this.#entries.push(entry) - 1;
    if (!this.#places.has(entry.uuid)) this.#places.set(entry.uuid, place);
    const model = entry.message?.role === 'assistant' ? entry.message.model : undefined;
    if (model !== undefined && this.known.model === undefined) this.known = { ...this.known, model };
    if (entry.permissionMode !== undefined && this.known.permissionMode === undefined) {
      this.known = { ...this.known, permissionMode: entry.permissionMode };
    }
    if (place === 0) this.#take(0);
    this.#walk();
  }

  /** The thread and the lines beside it, first to last. A parent that is in no line is taken to be the line before. */
  end(): { chain: ChainEntry[]; others: ChainEntry[] } {
    while (!this.complete && this.#entries.length > 0) {
      let before = (this.#taken.at(-1) ?? -1) + 1;
      while (this.#takenSet.has(before)) before++;
      if (before >= this.#entries.length) break;
      this.#take(before);
      this.#walk();
    }
    const chain = this.#taken.map((place) => this.#entries[place] as ChainEntry).reverse();
    const others = this.#entries.filter((_, place) => !this.#takenSet.has(place)).reverse();
    return { chain, others };
  }

  #walk(): void {
    while (!this.complete && this.#wanted !== undefined) {
      const place = this.#places.get(this.#wanted);
      if (place === undefined) return;
      if (this.#takenSet.has(place)) {
        // a circle: somebody wrote a line twice
        this.#wanted = undefined;
        return;
      }
      this.#take(place);
    }
  }

  #take(place: number): void {
    const entry = this.#entries[place] as ChainEntry;
    this.#taken.push(place);
    this.#takenSet.add(place);
    this.#wanted = entry.parent;
    this.compacted = entry.startsOver;
    this.complete = entry.startsOver || entry.parent === undefined;
  }
}
