import type { IncomingMessage } from 'node:http';
import type { ModelEvent } from 'tenon/plugin-api';
import { EventStreamDecoder } from './event-stream.ts';

/** So many unread bytes make the reader stop the server until they are read. Stopping often costs more than it saves. */
const HIGH_WATER = 4 * 1024 * 1024;
/** How long a complete answer may take to end its HTTP message, before its connection is given up. */
const TAIL_MS = 500;

/** The server fell silent in the middle of an answer. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
}

/**
 * Reads the events of one answer. The reader asks for them; each `next` gives all that came since the last one, so a
 * slow reader gets larger batches rather than more of them.
 */
export class AnswerReader {
  readonly #response: IncomingMessage;
  readonly #decoder = new EventStreamDecoder();
  readonly #silence: ReturnType<typeof setTimeout>;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;
  #failure: Error | undefined;
  #unreadable: unknown;
  #wake: (() => void) | undefined;

  /** `idleMs`: so long nothing at all may come while somebody waits for it. */
  constructor(response: IncomingMessage, idleMs: number) {
    this.#response = response;
    this.#silence = setTimeout(() => {
      // Silence that nobody waits in is ours: the reader is busy, or has stopped the server.
      if (this.#wake) this.#fail(new SilenceError(`nothing came for ${idleMs} ms`));
      else this.#silence.refresh();
    }, idleMs);
    response.on('data', (chunk: Buffer) => {
      this.#silence.refresh();
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes >= HIGH_WATER) response.pause();
      this.#wake?.();
    });
    response.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    response.on('error', (error) => this.#fail(error));
    const closed = () => {
      if (!this.#ended) this.#fail(response.errored ?? new Error('the connection was closed'));
    };
    response.on('close', closed);
    if (response.destroyed) closed();
  }

  /**
   * The next events; `undefined` at the end of the HTTP message. May give an empty list.
   * @throws EventStreamError, SilenceError, or what broke the connection.
   */
  async next(): Promise<readonly ModelEvent[] | undefined> {
    if (this.#chunks.length === 0 && !this.#ended && !this.#failure && !this.#unreadable) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const events: ModelEvent[] = [];
    const chunks = this.#chunks;
    if (chunks.length > 0 && !this.#unreadable) {
      this.#chunks = [];
      this.#bytes = 0;
      if (this.#response.isPaused()) this.#response.resume();
      try {
        for (const chunk of chunks) this.#decoder.push(chunk, events);
      } catch (error) {
        this.#unreadable = error;
      }
      if (events.length > 0 || !this.#unreadable) return events;
    }
    if (this.#unreadable) throw this.#unreadable;
    if (this.#failure) throw this.#failure;
    return undefined;
  }

  /** Ends waiting; what was received before is still given. */
  abort(error: Error): void {
    this.#fail(error);
  }

  /** Gives the connection back when the answer is complete, and closes it otherwise. */
  close(complete: boolean): void {
    clearTimeout(this.#silence);
    if (this.#ended) return;
    this.#ended = true;
    if (!complete) {
      this.#response.destroy();
      return;
    }
    const tail = setTimeout(() => this.#response.destroy(), TAIL_MS);
    tail.unref();
    this.#response.on('close', () => clearTimeout(tail));
    this.#response.removeAllListeners('data');
    this.#response.resume();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
