import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { printOptions } from '../print-options.ts';
import { fakeRun } from './fake-run.ts';

test('from the arguments, --prompt and standard input, in this order', async () => {
  const run = fakeRun({ argv: { prompt: 'first' }, args: ['second', 'words'], stdin: ['piped', '', 'text'] });
  await run.code;
  expect(run.log[1]).toBe('send first\nsecond words\n\npiped\n\ntext');
});

test('from standard input alone, however long it takes to come', async () => {
  async function* slow() {
    await sleep(20);
    yield 'late';
  }
  const run = fakeRun({ stdin: slow() });
  await run.code;
  expect(run.log[1]).toBe('send late');
});

test('a terminal is not read', async () => {
  const run = fakeRun({ args: ['x'], stdin: 'terminal' });
  await run.code;
  expect(run.log[1]).toBe('send x');
});

test('an open pipe that says nothing is not waited for for ever', async () => {
  vi.useFakeTimers();
  try {
    async function* never(): AsyncGenerator<string> {
      await new Promise(() => {});
    }
    const run = fakeRun({ args: ['x'], stdin: never() });
    await vi.advanceTimersByTimeAsync(3_500);
    expect(await run.code).toBe(0);
    expect(run.log[1]).toBe('send x');
    expect(run.written.stderr).toMatch(/^tenon: nothing came on standard input within 3 s; .*\/dev\/null/);
  } finally {
    vi.useRealTimers();
  }
});

test('a prompt is needed', async () => {
  await expect(fakeRun({ stdin: ['  ', ''] }).code).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining('tenon -p "your prompt"'),
  });
  await expect(fakeRun({ stdin: 'terminal' }).code).rejects.toMatchObject({ name: 'UsageError' });
});

test('a session that is resumed may need none', async () => {
  const run = fakeRun({ stdin: 'terminal', open: { resume: 'latest' } });
  expect(await run.code).toBe(0);
  expect(run.log[1]).toBe('send ');
});

test('more than 10 MB are refused', async () => {
  async function* endless() {
    const line = 'x'.repeat(1 << 20);
    for (;;) yield line;
  }
  await expect(fakeRun({ args: ['x'], stdin: endless() }).code).rejects.toThrow(/more than 10 MB/);
});

test.each([
  [{ print: true, 'output-format': 'stream-json' }, /needs --verbose/],
  [{ 'input-format': 'stream-json' }, /needs --output-format stream-json/],
  [{ 'include-partial-messages': true }, /needs --output-format stream-json/],
  [{ 'output-format': 'stream-json', verbose: true, 'replay-user-messages': true }, /needs --input-format stream-json/],
  [{ 'output-format': 'xml' }, /expected one of text, json, stream-json/],
  [{ 'output-format': 'stream-json', verbose: true, 'input-format': 'stream-json', prompt: 'x' }, /standard input/],
])('%j do not go together', (flags, problem) => {
  expect(() => printOptions({ flags: { ...flags } as never, args: [], argv: [] })).toThrow(problem);
});

test('callers that do not ask for --print need no --verbose', () => {
  const flags = { 'output-format': 'stream-json', 'input-format': 'stream-json' };
  expect(printOptions({ flags, args: [], argv: [] })).toMatchObject({ output: 'stream-json', input: 'stream-json' });
});
