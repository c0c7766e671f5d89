import { expect, test, vi } from 'vitest';
import { fakeRun, interruptedResult } from './fake-run.ts';

const untilStopped = async (_input: unknown, interrupted: Promise<void>) => {
  await interrupted;
  return interruptedResult;
};
const sent = (run: { log: readonly string[] }) =>
  vi.waitFor(() => expect(run.log.some((line) => line.startsWith('send'))).toBe(true));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s interrupts the prompt, prints its result and exits with %d', async (signal, code) => {
  const run = fakeRun({ args: ['x'], argv: { 'output-format': 'json' }, answer: untilStopped });
  await sent(run);
  run.signal(signal);
  expect(await run.code).toBe(code);
  expect(run.log.slice(2)).toEqual(['interrupt', 'close']);
  expect(run.messages()).toMatchObject([{ subtype: 'error_during_execution', terminal_reason: 'aborted_streaming' }]);
});

test('in text form an interrupt is said on stderr', async () => {
  const run = fakeRun({ args: ['x'], answer: untilStopped });
  await sent(run);
  run.signal('SIGINT');
  expect(await run.code).toBe(130);
  expect(run.written).toEqual({ stdout: '', stderr: 'tenon: interrupted before the answer was complete\n' });
});

test('a second signal does not wait', async () => {
  const run = fakeRun({ args: ['x'], hangs: true, answer: () => new Promise(() => {}) });
  await sent(run);
  run.signal('SIGINT');
  run.signal('SIGINT');
  expect(await run.code).toBe(130);
});

test('a prompt that does not end is waited for no longer than 5 s', async () => {
  vi.useFakeTimers();
  try {
    const run = fakeRun({ args: ['x'], hangs: true, answer: () => new Promise(() => {}) });
    await vi.advanceTimersByTimeAsync(10);
    run.signal('SIGINT');
    await vi.advanceTimersByTimeAsync(5_100);
    expect(await run.code).toBe(130);
    expect(run.written.stderr).toContain('did not end in time');
  } finally {
    vi.useRealTimers();
  }
});

test('a signal before the prompt is read ends the run', async () => {
  async function* never(): AsyncGenerator<string> {
    await new Promise(() => {});
  }
  const run = fakeRun({ stdin: never() });
  run.signal('SIGINT');
  expect(await run.code).toBe(130);
  expect(run.log).toEqual([]);
});

test('a signal while messages are awaited ends the run', async () => {
  async function* one(): AsyncGenerator<string> {
    yield '{"type":"user","message":{"role":"user","content":"hi"}}';
    await new Promise(() => {});
  }
  const argv = { 'input-format': 'stream-json', 'output-format': 'stream-json' };
  const run = fakeRun({ argv, stdin: one(), answer: untilStopped });
  await sent(run);
  run.signal('SIGTERM');
  expect(await run.code).toBe(143);
  expect(run.log.at(-1)).toBe('close');
  expect(run.messages().at(-1)).toMatchObject({ type: 'result', subtype: 'error_during_execution' });
});

test('a reader that goes away ends the run quietly, with the session closed', async () => {
  for (const format of ['text', 'json', 'stream-json']) {
    const run = fakeRun({ args: ['x'], argv: { 'output-format': format }, answer: untilStopped });
    await sent(run);
    run.closed.abort();
    expect(await run.code).toBe(1);
    expect(run.log.slice(2)).toEqual(['interrupt', 'close']);
    expect(run.written.stderr).toBe('');
  }
});
