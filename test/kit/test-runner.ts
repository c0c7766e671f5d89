/** What the kit uses of a test runner. Only vitest is known; under any other one the test disposes by itself. */
type Vitest = typeof import('vitest');

let vitest: Promise<Vitest | undefined> | undefined;

/** vitest, when the code runs inside of one of its workers. */
export function runningVitest(): Promise<Vitest | undefined> {
  // outside of a worker importing vitest throws, and its absence is no fault: the kit works with node:test too
  const inside = '__vitest_worker__' in globalThis;
  vitest ??= inside ? import('vitest').catch(() => undefined) : Promise.resolve(undefined); // see above
  return vitest;
}

/** True once a test has failed, so that what its end finds wrong is only a consequence. */
export type Failed = boolean;

/** Calls `fn` when the running test ends. Gives false when there is no test to wait for: then nobody will. */
export async function atTestEnd(fn: (failed: Failed) => Promise<void>): Promise<boolean> {
  const runner = await runningVitest();
  try {
    runner?.onTestFinished(({ task }) => fn(task.result?.state === 'fail'), 30_000);
    return runner !== undefined;
  } catch {
    return false; // called outside of a test, in a `beforeAll` for example
  }
}
