import type { UserInput } from 'tenon/plugin-api';

/** Messages that a session has at once: one that it answers, and as many as may wait there. */
const MOST_SENT = 100;
/** Messages that may wait here. */
const MOST_HELD = 1_000;
/** The same while something is needed from the input, which only comes behind them. */
const MOST_HELD_BUSY = 20_000;
/** Milliseconds between two looks at whether something is needed. */
const LOOK = 200;

/** Messages on their way to a session, which queues them and takes some up while it works on another. */
export class MessageFeed {
  readonly #send: (input: UserInput) => Promise<void>;
  readonly #held: (UserInput | Promise<void>)[] = [];
  #sent = 0;
  #paused = false;
  #failure: { readonly error: unknown } | undefined;
  #changed: () => void = () => {};

  /** @param send resolves when the message is answered; what it throws ends the feed */
  constructor(send: (input: UserInput) => Promise<void>) {
    this.#send = send;
  }

  push(input: UserInput): void {
    this.#held.push(input);
    this.#pump();
  }

  /** Messages that are pushed from now on wait for `change`. */
  after(change: Promise<void>): void {
    this.#held.push(change);
    this.#pump();
  }

  /** Sends nothing more. */
  stop(): void {
    this.#held.length = 0;
    this.#changed();
  }

  /**
   * Resolves when another message can be taken.
   * @param busy true while something is needed from the input
   * @throws Error when too many wait although something is needed; what a message was answered with that failed
   */
  async room(busy: () => boolean): Promise<void> {
    for (;;) {
      this.#check();
      const most = busy() ? MOST_HELD_BUSY : MOST_HELD;
      if (this.#held.length < most) return;
      if (busy()) {
        throw new Error(
          `standard input: ${most} messages wait while an answer to a request is needed; answer first, then send more`,
        );
      }
      // whether something is needed nobody tells
      let timer: NodeJS.Timeout | undefined;
      const soon = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LOOK);
      });
      await Promise.race([this.#change(), soon]);
      clearTimeout(timer);
    }
  }

  /** Resolves when all messages are answered. @throws what a message was answered with that failed */
  async drained(): Promise<void> {
    while (this.#sent > 0 || (this.#failure === undefined && (this.#held.length > 0 || this.#paused))) {
      await this.#change();
    }
    this.#check();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #pump(): void {
    while (!this.#paused && this.#failure === undefined && this.#sent < MOST_SENT) {
      const next = this.#held.shift();
      if (next === undefined) return;
      if (next instanceof Promise) {
        this.#paused = true;
        void next.finally(() => {
          this.#paused = false;
          this.#pump();
          this.#changed();
        });
      } else void this.#answer(next);
    }
  }

  async #answer(input: UserInput): Promise<void> {
    this.#sent++;
    try {
      await this.#send(input);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#sent--;
    this.#pump();
    this.#changed();
  }
}
