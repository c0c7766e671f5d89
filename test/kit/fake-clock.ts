import { promisify } from 'node:util';

/** Time that passes only when a test says so. */
export interface FakeClock {
  /** Milliseconds since the epoch, as `Date.now()` gives them. */
  readonly now: number;
  /** Timers that are set. */
  readonly pending: number;
  /**
   * Lets `ms` milliseconds pass: runs the timers that fall due, in order, and gives promises and I/O a turn after each.
   */
  advance(ms: number): Promise<void>;
  /** Puts the real clock back. Under vitest this happens by itself when the test ends. */
  restore(): void;
  [Symbol.dispose](): void;
}

interface Timer {
  readonly id: number;
  at: number;
  readonly ms: number;
  readonly repeats: boolean;
  readonly run: () => void;
}

const NAMES = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] as const;

/**
 * Replaces `setTimeout`, `setInterval`, their `clear` functions and `Date` of the process by ones that stand still.
 * Start it after `createHarness` and restore it before `dispose`. Timers that were set before go on in real time, and so
 * do `setImmediate`, `performance.now` and everything from `node:timers`.
 * @param options.now where the clock starts; default: 2026-01-01T00:00:00Z
 */
export function fakeClock(options: { now?: number } = {}): FakeClock {
  const real = Object.fromEntries(NAMES.map((name) => [name, globalThis[name]])) as Pick<typeof globalThis, 'Date'>;
  const RealDate = real.Date;
  const timers = new Map<number, Timer>();
  const handles = new WeakMap<object, number>();
  const { setImmediate } = globalThis;
  let now = options.now ?? RealDate.UTC(2026, 0, 1);
  let nextId = 1;
  let restored = false;

  const set =
    (repeats: boolean) =>
    (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const delay = Math.max(1, Number(ms) || 0);
      const timer: Timer = { id: nextId++, at: now + delay, ms: delay, repeats, run: () => fn(...args) };
      timers.set(timer.id, timer);
      let held = true;
      const handle = {
        ref() {
          held = true;
          return handle;
        },
        unref() {
          held = false;
          return handle;
        },
        hasRef: () => held,
        refresh() {
          timer.at = now + delay;
          timers.set(timer.id, timer);
          return handle;
        },
        close() {
          timers.delete(timer.id);
          return handle;
        },
        [Symbol.toPrimitive]: () => timer.id,
        [Symbol.dispose]: () => void timers.delete(timer.id),
      };
      handles.set(handle, timer.id);
      return handle;
    };
  const clear = (fallback: (handle: never) => void) => (handle: unknown) => {
    const id = typeof handle === 'object' && handle !== null ? handles.get(handle) : Number(handle);
    if (id !== undefined && timers.delete(id)) return;
    if (typeof handle === 'object' && handle !== null && !handles.has(handle)) fallback(handle as never);
  };
  class StillDate extends RealDate {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [now] : args) as [number]));
    }
    static override now() {
      return now;
    }
  }
  const setTimeoutStill = set(false);
  Object.defineProperty(setTimeoutStill, promisify.custom, {
    value: (ms: number, value: unknown) => new Promise((resolve) => setTimeoutStill(() => resolve(value), ms)),
  });
  Object.assign(globalThis, {
    setTimeout: setTimeoutStill,
    setInterval: set(true),
    clearTimeout: clear(globalThis.clearTimeout),
    clearInterval: clear(globalThis.clearInterval),
    Date: StillDate,
  });

  const settle = async () => {
    // a timer's work may need several turns of the event loop before it sets the next one
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const clock: FakeClock = {
    get now() {
      return now;
    },
    get pending() {
      return timers.size;
    },
    async advance(ms) {
      const target = now + ms;
      await settle();
      for (;;) {
        const next = [...timers.values()].sort((a, b) => a.at - b.at || a.id - b.id)[0];
        if (next === undefined || next.at > target) break;
        now = next.at;
        if (next.repeats) next.at += next.ms;
        else timers.delete(next.id);
        next.run();
        await settle();
      }
      now = target;
    },
    restore() {
      if (restored) return;
      restored = true;
      Object.assign(globalThis, real);
    },
    [Symbol.dispose]: () => clock.restore(),
  };
  return clock;
}
