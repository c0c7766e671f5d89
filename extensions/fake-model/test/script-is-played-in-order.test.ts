import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHarness, fakeSession } from 'tenon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import fakeModel from '../index.ts';
import type { ScriptCursor } from '../script-cursor.ts';
import { play, providerOf } from './play.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fake-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

const say = (...texts: string[]) => ({ turns: texts.map((text) => ({ text })) });

test('turn by turn for a session, and afresh for another', async () => {
  const model = providerOf({ script: say('one', 'two'), label: '' });
  const [first, second] = [fakeSession(), fakeSession()];
  expect((await play(model, {}, { session: first })).text).toBe('one');
  expect((await play(model, {}, { session: first })).text).toBe('two');
  expect((await play(model, {}, { session: second })).text).toBe('one');
});

test('a subagent goes on with the script of its root', async () => {
  const model = providerOf({ script: say('one', 'two', 'three'), label: '' });
  const root = fakeSession();
  const agent = fakeSession({ parent: root });
  const texts: string[] = [];
  for (const session of [root, agent, root]) texts.push((await play(model, {}, { session })).text);
  expect(texts).toEqual(['one', 'two', 'three']);
});

test('after its end, and without any, the model says so', async () => {
  const model = providerOf({ script: say('one'), label: '' });
  const session = fakeSession();
  await play(model, {}, { session });
  expect((await play(model, {}, { session })).text).toBe('The script has no more turns.');
  expect((await play(providerOf({}))).text).toMatch(
    /^\[scripted\] .*--model fake:path.*extensions\.fake-model\.script/,
  );
});

test('how much of a script was played can be seen', async () => {
  const model = providerOf({ script: say('one', 'two', 'three') });
  const session = fakeSession();
  await play(model, {}, { session });
  const cursors = session.state('fake-model.scripts', () => new Map<string, ScriptCursor>());
  expect(cursors.get('')).toMatchObject({ used: 1, total: 3, done: false });
});

test('a text is labelled as scripted, unless the label is switched off', async () => {
  expect((await play(providerOf({ script: say('hi') }))).text).toBe('[scripted] hi');
  expect((await play(providerOf({ script: say('hi'), label: '»' }))).text).toBe('»hi');
  expect((await play(providerOf({ script: say('hi'), label: '' }))).text).toBe('hi');
});

test('thinking, text and calls come as the events of a stream, in chunks and batches', async () => {
  const turn = {
    thinking: 'hm',
    text: 'Grüße 🌍!',
    calls: [
      { name: 'Bash', input: { command: 'ls' } },
      { name: 'Read', id: 'my-id' },
    ],
    chunk: 3,
    usage: { input_tokens: 7, output_tokens: 9 },
  };
  const { batches, events, text } = await play(providerOf({ script: { turns: [turn] }, label: '' }));
  expect(text).toBe('Grüße 🌍!');
  expect(batches.length).toBeGreaterThan(1);
  expect(events[0]).toMatchObject({
    type: 'message_start',
    message: { model: 'fake', usage: { input_tokens: 7, output_tokens: 1 } },
  });
  const starts = events.flatMap((event) => (event.type === 'content_block_start' ? [event] : []));
  expect(starts.map(({ index, content_block }) => [index, content_block.type])).toEqual([
    [0, 'thinking'],
    [1, 'text'],
    [2, 'tool_use'],
    [3, 'tool_use'],
  ]);
  expect(starts[2]?.content_block).toMatchObject({
    name: 'Bash',
    id: expect.stringMatching(/^toolu_fake_/),
    input: {},
  });
  expect(starts[3]?.content_block.id).toBe('my-id');
  const json = events.flatMap((event) =>
    event.type === 'content_block_delta' && event.delta.type === 'input_json_delta' && event.index === 2
      ? [event.delta.partial_json]
      : [],
  );
  expect(json.length).toBeGreaterThan(2);
  expect(JSON.parse(json.join(''))).toEqual({ command: 'ls' });
  expect(events.slice(-2)).toMatchObject([
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ]);
});

test('the hook sees each request, without headers', async () => {
  const model = providerOf({ script: say('one') });
  const session = fakeSession();
  const tools = [{ name: 'Bash', description: 'd', inputSchema: {} }];
  await play(model, { tools }, { session });
  expect(model.seen).toEqual([
    {
      session,
      headers: {},
      params: { model: 'fake', system: ['s'], messages: [{ role: 'user', content: 'hi' }], tools },
    },
  ]);
});

test('a script file is looked for where the session started', async () => {
  await writeFile(join(folder, 'a.json'), `\uFEFF${JSON.stringify(say('from a file'))}`);
  const session = fakeSession({ cwd: '/elsewhere', root: folder });
  const model = providerOf({ label: '' });
  expect((await play(model, { model: 'fake:a.json' }, { session })).text).toBe('from a file');
  expect((await play(providerOf({ label: '' }, folder), { model: 'fake:a.json' })).text).toBe('from a file');
});

test('a prompt is answered through the loop', async () => {
  const script = { turns: [{ calls: [{ name: 'Read', input: { file_path: 'note.txt' } }] }, { text: 'done' }] };
  const h = await createHarness({
    extensions: [fakeModel as never],
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    files: { 'note.txt': 'hello', 'script.json': JSON.stringify(script) },
    session: { model: 'fake:script.json' },
  });
  const run = await h.prompt('go');
  expect(run.result).toMatchObject({ isError: false, result: '[scripted] done', numTurns: 2 });
  expect(run.calls('Read')).toHaveLength(1);
});
