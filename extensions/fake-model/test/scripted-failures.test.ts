import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isModelError } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { play, providerOf } from './play.ts';

const model = (...turns: unknown[]) => providerOf({ script: { turns }, label: '' });

test('what a provider would try again is answered by the next turn', async () => {
  const outcome = await play(model({ fail: { status: 529, message: 'busy' } }, { text: 'second' }));
  expect(outcome.text).toBe('second');
  expect(outcome.retries).toMatchObject([
    { attempt: 1, delayMs: 0, error: { kind: 'overloaded', status: 529, message: 'busy', retryable: true } },
  ]);
});

test('a failure in the last turn is final', async () => {
  const outcome = await play(model({ fail: { status: 529 } }));
  expect(outcome.retries).toEqual([]);
  expect(outcome.error).toMatchObject({ kind: 'overloaded', message: 'The scripted request failed (529).' });
});

test.each([
  [400, 'invalid_request'],
  [401, 'authentication_failed'],
  [402, 'billing_error'],
  [404, 'model_not_found'],
])('status %i is final', async (status, kind) => {
  const outcome = await play(model({ fail: { status } }, { text: 'no' }));
  expect(isModelError(outcome.error)).toBe(true);
  expect(outcome.error).toMatchObject({ status, kind, retryable: false });
});

test('an answer that is cut after content is an error that the caller may repeat', async () => {
  const outcome = await play(model({ text: 'abcdef', chunk: 2, cutAfter: 4 }, { text: 'no' }));
  expect(outcome.text).toBe('ab');
  expect(outcome.retries).toEqual([]);
  expect(outcome.error).toMatchObject({ kind: 'server_error', retryable: true });
});

test('an answer that is cut before content is tried again unseen', async () => {
  const outcome = await play(model({ text: 'abcdef', cutAfter: 1 }, { text: 'again' }));
  expect(outcome.text).toBe('again');
  expect(outcome.events.filter(({ type }) => type === 'message_start')).toHaveLength(1);
  expect(outcome.retries).toHaveLength(1);
});

test('an interrupt ends a stall, and a slow answer', async () => {
  for (const turn of [
    { stallMs: 60_000, text: 'x' },
    { text: 'x'.repeat(1000), chunk: 1, chunkDelayMs: 60_000 },
  ]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const outcome = await play(model(turn), {}, { signal: controller.signal });
    expect(outcome.error).toBe(controller.signal.reason);
  }
});

test.each<[string, unknown, RegExp]>([
  ['no turns', {}, /extensions\.fake-model\.script: turns: expected a list of turns, found nothing/],
  ['no object', 7, /expected an object with a list "turns", found 7/],
  ['a text of another type', { turns: [{ text: 1 }] }, /turns\[0\]\.text: expected a text, found 1/],
  [
    'an unknown field',
    { turns: [{}, { txt: 'x' }] },
    /turns\[1\]\.txt is not a field of a turn\. Expected one of: .*text/,
  ],
  [
    'a call without a name',
    { turns: [{ calls: [{}] }] },
    /turns\[0\]\.calls\[0\]\.name: expected the name of a tool, found nothing/,
  ],
  [
    'a wrong status',
    { turns: [{ fail: { status: 200 } }] },
    /turns\[0\]\.fail\.status: expected an HTTP status from 400 to 599, found 200/,
  ],
  ['a negative count', { turns: [{ stallMs: -1 }] }, /stallMs: expected a whole number of at least 0/],
])('a script with %s is told by its field', async (_name, script, message) => {
  const { error } = await play(providerOf({ script }));
  expect(error).toMatchObject({ name: 'ModelError', kind: 'invalid_request', message: expect.stringMatching(message) });
});

test.each([
  ['a comma too many', '{\n  "turns": [\n    { "text": "x" },\n  ]\n}', /script\.json:4:3 is not JSON/],
  ['a word', '{"turns": [ oops ]}', /script\.json:1:13 is not JSON/],
  ['no end', '{"turns": [\n{', /script\.json:2:2 is not JSON/],
])('a file with %s is told by line and column', async (_name, text, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-model-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'script.json'), text);
  const { error } = await play(
    providerOf({}),
    { model: 'fake:script.json' },
    { session: fakeSession({ cwd: folder }) },
  );
  expect(error).toMatchObject({ kind: 'invalid_request', message: expect.stringMatching(message) });
  expect((error as Error).message).toContain(folder);
});

test('a file that is not there is told by its path', async () => {
  const { error } = await play(providerOf({}, '/nowhere'), { model: 'fake:gone.json' });
  expect(error).toMatchObject({
    kind: 'model_not_found',
    message: expect.stringMatching(/\/nowhere\/gone\.json .*there is no such file/),
  });
});
