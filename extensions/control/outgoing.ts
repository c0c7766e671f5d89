import type { JsonObject } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { type Fields, isFields } from './fields.ts';

/** Requests that may wait for an answer at once. */
const LIMIT = 1_000;

interface Waiting {
  resolve(response: Fields): void;
  reject(error: Error): void;
}

/** The requests to the client that it has not answered. */
export class Outgoing {
  readonly #send: (frame: JsonObject) => void;
  readonly #waiting = new Map<string, Waiting>();
  #ended = false;

  constructor(send: (frame: JsonObject) => void) {
    this.#send = send;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Asks the client, who may take as long as it likes: `signal` withdraws the request.
   * @returns the payload of its answer
   * @throws Error when it answers with an error, the request is withdrawn, or too many wait
   */
  ask(request: JsonObject, signal: AbortSignal): Promise<Fields> {
    if (this.#waiting.size >= LIMIT) {
      return Promise.reject(new Error(`${LIMIT} requests to the client wait for an answer already`));
    }
    if (this.#ended) return Promise.reject(new Error('the client is gone'));
    if (signal.aborted) return Promise.reject(new Error('the request was withdrawn'));
    const id = randomUuid();
    return new Promise((resolve, reject) => {
      const withdraw = () => {
        this.#waiting.delete(id);
        this.#send({ type: 'control_cancel_request', request_id: id });
        reject(new Error('the request was withdrawn'));
      };
      const end = () => {
        this.#waiting.delete(id);
        signal.removeEventListener('abort', withdraw);
      };
      this.#waiting.set(id, {
        resolve(response) {
          end();
          resolve(response);
        },
        reject(error) {
          end();
          reject(error);
        },
      });
      signal.addEventListener('abort', withdraw);
      this.#send({ type: 'control_request', request_id: id, request });
    });
  }

  /**
   * Takes the answer of the client. One that comes too late is dropped, as the protocol says.
   * @returns what is wrong with the frame
   */
  answered({ response }: Fields): string | undefined {
    if (!isFields(response) || typeof response.request_id !== 'string') {
      return 'a control_response needs "response": {"subtype":…,"request_id":…}';
    }
    const waiting = this.#waiting.get(response.request_id);
    if (waiting === undefined) return undefined;
    if (response.subtype === 'success') waiting.resolve(isFields(response.response) ? response.response : {});
    else waiting.reject(new Error(typeof response.error === 'string' ? response.error : 'the client gave no reason'));
    return undefined;
  }

  /** True once the client is gone. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The client is gone. */
  end(): void {
    this.#ended = true;
    for (const { reject } of [...this.#waiting.values()]) reject(new Error('the client is gone'));
  }
}
