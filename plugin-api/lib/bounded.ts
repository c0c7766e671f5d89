/** Why a bounded wait ended without a value. */
export type BoundedFailure = 'timeout' | 'aborted';

/** What can end a wait: an AbortSignal, or something that looks like one to those who wait. */
export interface Abortable {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A wait was ended by its limit (`timeout`) or its signal (`aborted`). */
export class BoundedError extends Error {
  override readonly name = 'BoundedError';
  readonly why: BoundedFailure;
  constructor(why: BoundedFailure, message: string) {
    super(message);
    this.why = why;
  }
}

/**
 * Waits for `work`, but no longer than `ms` milliseconds (0: no limit) and not after one of `signals` aborts. The work itself
 * goes on; what it gives later is dropped.
 * @throws BoundedError
 */
export function bounded<T>(work: Promise<T>, ms: number, ...signals: readonly Abortable[]): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = () => end(() => reject(new BoundedError('aborted', 'interrupted')));
    const end = (settle: () => void) => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', abort);
      settle();
    };
    work.then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
    if (signals.some((signal) => signal.aborted)) return abort();
    for (const signal of signals) signal.addEventListener('abort', abort);
    if (ms > 0)
      timer = setTimeout(() => end(() => reject(new BoundedError('timeout', `no answer within ${ms} ms`))), ms);
  });
}
