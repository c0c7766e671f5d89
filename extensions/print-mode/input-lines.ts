import type { Host } from 'tenon/plugin-api';
import { type InputMessage, inputMessage } from './input-message.ts';

/** A message that somebody has to do something with. */
export type Incoming = Extract<InputMessage, { readonly kind: 'user' | 'control' }>;

/** Types of messages that are named when they are passed over. */
const NAMED = 100;

/** The messages of standard input, line by line, until it ends or a line makes no sense. */
export class InputLines {
  readonly #host: Pick<Host, 'stdin' | 'stderr' | 'distro'>;
  readonly #lines: AsyncIterator<string>;
  readonly #named = new Set<string>();
  #number = 0;
  /** False once a line made no sense, which is said on stderr. */
  sensible = true;

  constructor(host: Pick<Host, 'stdin' | 'stderr' | 'distro'>) {
    this.#host = host;
    this.#lines = host.stdin.lines()[Symbol.asyncIterator]();
  }

  /** The next message; `undefined` at the end. */
  async next(): Promise<Incoming | undefined> {
    while (this.sensible) {
      const line = await this.#lines.next();
      if (line.done === true) return undefined;
      this.#number++;
      const message = inputMessage(line.value);
      if (message.kind === 'user' || message.kind === 'control') return message;
      if (message.kind === 'malformed') {
        this.warn(message.problem);
        this.sensible = false;
      } else if (message.kind === 'unknown') this.#passOver(message.type);
    }
    return undefined;
  }

  /** Says on stderr what is wrong with the line that was read last. */
  warn(text: string): void {
    void this.#host.stderr.write(`${this.#host.distro.command}: standard input, line ${this.#number}: ${text}\n`);
  }

  #passOver(type: string): void {
    if (this.#named.has(type) || this.#named.size >= NAMED) return;
    this.#named.add(type);
    this.warn(`messages of type ${JSON.stringify(type.slice(0, 60))} are not known and passed over`);
  }
}
