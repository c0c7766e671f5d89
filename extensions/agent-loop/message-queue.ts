import type { ResultEvent, UserInput } from 'tenon/plugin-api';
import { textOf } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

/** Messages that may wait while another is being answered. */
const LIMIT = 100;

/** A message that waits for its answer. */
export interface Waiting {
  readonly input: UserInput & { readonly uuid: string };
  resolve(result: ResultEvent): void;
  reject(error: Error): void;
}

/** The messages of one session that wait: the urgent ones first, otherwise as they came. */
export class MessageQueue {
  private list: Waiting[] = [];

  get uuids(): readonly string[] {
    return this.list.map(({ input }) => input.uuid);
  }

  /** How many of them users sent. */
  get sent(): number {
    return this.list.filter(({ input }) => input.source !== 'system').length;
  }

  /** What becomes of the message; the promise fails at once when there are too many. */
  add(input: UserInput): Promise<ResultEvent> {
    if (this.list.length >= LIMIT) {
      return Promise.reject(new Error(`${LIMIT} messages wait already; wait for an answer, or interrupt`));
    }
    return new Promise((resolve, reject) => {
      this.insert({ input: { ...input, uuid: input.uuid ?? randomUuid() }, resolve, reject });
    });
  }

  /** The next to be answered. */
  next(): Waiting | undefined {
    return this.list.shift();
  }

  /** The next that may become a part of the answer that is under way. */
  nextToFold(): Waiting | undefined {
    const at = this.list.findIndex(({ input }) => input.priority !== 'later' && !isCommand(input));
    return at < 0 ? undefined : this.list.splice(at, 1)[0];
  }

  /** Puts one back that was taken out. */
  putBack(waiting: Waiting): void {
    this.list.unshift(waiting);
  }

  /** Takes out one, or all. Their senders are told why. */
  withdraw(why: string, uuid?: string): readonly string[] {
    const gone = this.list.filter(({ input }) => uuid === undefined || input.uuid === uuid);
    this.list = this.list.filter((one) => !gone.includes(one));
    for (const { reject } of gone) reject(Object.assign(new Error(why), { name: 'WithdrawnError' }));
    return gone.map(({ input }) => input.uuid);
  }

  private insert(waiting: Waiting): void {
    const rank = rankOf(waiting.input);
    const at = this.list.findIndex(({ input }) => rankOf(input) > rank);
    this.list.splice(at < 0 ? this.list.length : at, 0, waiting);
  }
}

function rankOf({ priority }: UserInput): number {
  return priority === 'now' ? 0 : priority === 'later' ? 2 : 1;
}

/** Whoever expands commands does it at the beginning of a prompt. */
function isCommand({ content, expand }: UserInput): boolean {
  return expand !== false && textOf(content).trimStart().startsWith('/');
}
