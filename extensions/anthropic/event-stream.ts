import { StringDecoder } from 'node:string_decoder';
import type { ModelEvent } from 'tenon/plugin-api';

/** An event of this many characters is no answer of a model any more. */
const MAX_EVENT_CHARS = 64 * 1024 * 1024;

/** The bytes are not the event stream they should be. `message` says what was found. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
}

/**
 * Decodes `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html) whose events hold one
 * JSON object each. Bytes may be cut anywhere. The field `event` is not read, because the JSON repeats it as `type`;
 * `id` and `retry` mean nothing here. It is synchronous and gives all events of a chunk at once: an asynchronous
 * iterator over single events costs more than everything else in a long answer.
 */
export class EventStreamDecoder {
  readonly #utf8 = new StringDecoder('utf8');
  readonly #maxChars: number;
  /** The cut line at the end of what came so far. Joined only when its end is there, so that a long line costs one copy. */
  #line: string[] = [];
  #lineChars = 0;
  #data: string | undefined;
  #started = false;
  #skipLineFeed = false;

  constructor(maxChars = MAX_EVENT_CHARS) {
    this.#maxChars = maxChars;
  }

  /**
   * Adds the events that the bytes complete to `events`, and gives that list.
   * @throws EventStreamError when an event is not JSON, has no `type`, or is too large; those before it are in `events`.
   */
  push(bytes: Uint8Array, events: ModelEvent[] = []): ModelEvent[] {
    return this.#decode(this.#utf8.write(bytes as Buffer), events);
  }

  #decode(chunk: string, events: ModelEvent[]): ModelEvent[] {
    let text = chunk;
    if (text === '') return events;
    if (!this.#started) {
      this.#started = true;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    if (this.#skipLineFeed) {
      this.#skipLineFeed = false;
      if (text.charCodeAt(0) === 0x0a) text = text.slice(1);
    }
    if (text.includes('\r')) {
      this.#skipLineFeed = text.endsWith('\r');
      text = text.replace(/\r\n?/g, '\n');
    }

    let from = 0;
    if (this.#lineChars > 0) {
      const end = text.indexOf('\n');
      if (end < 0) {
        this.#keep(text);
        return events;
      }
      this.#keep(text.slice(0, end));
      const line = this.#line.join('');
      this.#line = [];
      this.#lineChars = 0;
      this.#readLine(line, 0, line.length, events);
      from = end + 1;
    }
    for (;;) {
      const end = text.indexOf('\n', from);
      if (end < 0) break;
      this.#readLine(text, from, end, events);
      from = end + 1;
    }
    if (from < text.length) this.#keep(text.slice(from));
    return events;
  }

  #keep(part: string): void {
    this.#line.push(part);
    this.#lineChars += part.length;
    this.#checkSize(this.#lineChars);
  }

  #checkSize(chars: number): void {
    if (chars > this.#maxChars) {
      throw new EventStreamError(`one event is larger than ${this.#maxChars} characters`);
    }
  }

  #readLine(text: string, from: number, end: number, events: ModelEvent[]): void {
    if (from === end) {
      if (this.#data) events.push(this.#event(this.#data));
      this.#data = undefined;
      return;
    }
    if (!text.startsWith('data', from)) return;
    let at = from + 4;
    if (at < end) {
      if (text.charCodeAt(at) !== 0x3a) return;
      at++;
      if (text.charCodeAt(at) === 0x20) at++;
    }
    const data = text.slice(at, end);
    if (this.#data === undefined) this.#data = data;
    else {
      this.#data += `\n${data}`;
      this.#checkSize(this.#data.length);
    }
  }

  #event(data: string): ModelEvent {
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch (cause) {
      throw new EventStreamError(`an event is not JSON: ${excerpt(data)}`, { cause });
    }
    if (typeof (event as { type?: unknown } | null)?.type !== 'string') {
      throw new EventStreamError(`an event has no type: ${excerpt(data)}`);
    }
    return event as ModelEvent;
  }
}

function excerpt(data: string): string {
  return data.length > 200 ? `${data.slice(0, 200)}…` : data;
}
