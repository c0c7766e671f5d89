import { seconds } from './failure.ts';

const BASE_MS = 500;
const MAX_BACKOFF_MS = 60_000;
/** A server that asks for a longer wait is not waited for. */
export const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** The wait before the next attempt: exponential, with full jitter. `attempt` is the one that failed, from 1. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** Math.min(attempt, 20)));
}

/** What to say when the server asks for more patience than we have; `undefined` when we have it. */
export function tooLong(retryAfterMs: number | undefined): string | undefined {
  if (retryAfterMs === undefined || retryAfterMs <= MAX_RETRY_AFTER_MS) return undefined;
  return `The server asks to wait ${seconds(retryAfterMs)}, longer than the ${seconds(MAX_RETRY_AFTER_MS)} that are waited; try again then.`;
}

/** Waits, at most until `signal` aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || ms <= 0) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
