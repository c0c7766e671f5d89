import type { Awaitable } from 'tenon/plugin-api';
import { BoundedError, bounded } from 'tenon/plugin-api/lib/bounded';
import { clock } from 'tenon/plugin-api/lib/clock';

/** Milliseconds that a change waits for running turns before it gives up. */
const PATIENCE = 60_000;

/** Lets changes of the program happen between turns: a change waits for running turns, and turns wait for changes. */
export class Boundary {
  private turns = 0;
  private changes = 0;
  private last: Promise<unknown> = Promise.resolve();
  private sleepers: (() => void)[] = [];
  private readonly patience: number;

  constructor(patience = PATIENCE) {
    this.patience = patience;
  }

  /**
   * Begins a turn, after changes that wait or run; the function it gives ends the turn.
   * @param nested the turn is a part of another, which changes wait for: it begins at once
   * @throws BoundedError when `signal` aborts first.
   */
  async enter(signal: AbortSignal, nested = false): Promise<() => void> {
    while (this.changes > 0 && !nested) await bounded(this.movement(), 0, signal);
    this.turns++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.turns--;
      this.wake();
    };
  }

  /** Runs `change` while there is no turn, one change after the other. */
  async change<T>(change: () => Awaitable<T>): Promise<T> {
    this.changes++;
    const run = this.last.then(() => this.alone(change));
    this.last = run.catch(() => undefined); // whoever asked for the change is told
    try {
      return await run;
    } finally {
      this.changes--;
      this.wake();
    }
  }

  private async alone<T>(change: () => Awaitable<T>): Promise<T> {
    const end = clock() + this.patience;
    while (this.turns > 0) {
      try {
        await bounded(this.movement(), Math.max(1, end - clock()));
      } catch (error) {
        if (!(error instanceof BoundedError)) throw error;
        throw new Error(
          `a turn did not end within ${this.patience / 1000} s, so the change was given up. Interrupt the session and try again; a tool or a tap that wants the change must not wait for it`,
        );
      }
    }
    return change();
  }

  private movement(): Promise<void> {
    return new Promise((resolve) => this.sleepers.push(resolve));
  }

  private wake(): void {
    const { sleepers } = this;
    this.sleepers = [];
    for (const wake of sleepers) wake();
  }
}
