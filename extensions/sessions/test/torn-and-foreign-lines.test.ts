import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTranscript } from '../transcript-reader.ts';
import { call, Events, text } from './events.ts';
import { linesOf, ref, tempStore, writeAll } from './store.ts';

const id = '55555555-5555-4555-8555-555555555555';
const roles = (messages: readonly { readonly role: string }[]) => messages.map(({ role }) => role).join(' ');

test('a last line torn at any byte is left out, and the next line starts on its own', async () => {
  const { store, cwd, another } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [e.prompt('one'), e.answer('msg_1', [text('ä two')])]);
  store.end(id);
  const path = store.path(cwd, id);
  const whole = readFileSync(path);
  const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
  for (let end = lastStart; end <= whole.length; end++) {
    writeFileSync(path, whole.subarray(0, end));
    const next = another();
    const stored = (await next.load(cwd, id))!;
    const complete = end >= whole.length - 1;
    expect(roles(stored.messages), `cut at ${end}`).toBe(complete ? 'user assistant' : 'user');
    await next.keep({ id, cwd }, { stored, fork: false });
    writeAll(next, ref(id, cwd), [e.prompt('three')]);
    next.end(id);
    const after = await next.load(cwd, id);
    expect(roles(after!.messages), `cut at ${end}`).toBe(complete ? 'user assistant user' : 'user user');
    expect(after!.messages.at(-1)).toEqual({ role: 'user', content: 'three' });
  }
});

test('a call without a result gets one that says it was not run again', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [
    e.prompt('go'),
    e.answer('msg_1', [call('t1'), call('t2')]),
    e.toolResult('t1', 'one'),
    e.prompt('still there?'),
  ]);
  const { messages } = (await store.load(cwd, id))!;
  expect(roles(messages)).toBe('user assistant user user');
  expect(messages[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: 't1', content: 'one' },
    { type: 'tool_result', tool_use_id: 't2', is_error: true, content: expect.stringContaining('not run again') },
  ]);
  expect(messages[3]).toEqual({ role: 'user', content: 'still there?' });
});

test('a stand-in for a failed request is not said to the model again', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [
    e.prompt('go'),
    { ...e.answer('msg_1', [text('API error')]), error: 'overloaded' } as never,
    e.prompt('again'),
  ]);
  expect(roles((await store.load(cwd, id))!.messages)).toBe('user user');
});

const line = (uuid: string, parentUuid: string | null, role: 'user' | 'assistant', content: unknown, more = {}) => ({
  parentUuid,
  isSidechain: false,
  type: role,
  message: { role, content, ...(role === 'assistant' ? { id: 'msg_1', model: 'm' } : {}) },
  uuid,
  ...more,
});

async function read(lines: readonly unknown[]) {
  const { home } = tempStore();
  const path = join(home, 'foreign.jsonl');
  writeFileSync(path, lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'));
  return readTranscript(path);
}

test('parallel calls written as branches are found again', async () => {
  const { messages } = await read([
    line('u1', null, 'user', 'go'),
    line('a1', 'u1', 'assistant', [call('t1')]),
    line('a2', 'a1', 'assistant', [call('t2')]),
    line('r2', 'a2', 'user', [{ type: 'tool_result', tool_use_id: 't2', content: 'two' }]),
    line('r1', 'a1', 'user', [{ type: 'tool_result', tool_use_id: 't1', content: 'one' }]),
    line('u2', 'r1', 'user', 'next'),
  ]);
  expect(messages).toEqual([
    { role: 'user', content: 'go' },
    { role: 'assistant', content: [call('t1'), call('t2')] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't1', content: 'one' },
        { type: 'tool_result', tool_use_id: 't2', content: 'two' },
      ],
    },
    { role: 'user', content: 'next' },
  ]);
});

test('an abandoned branch is not part of the conversation', async () => {
  const { messages } = await read([
    line('u1', null, 'user', 'go'),
    line('u2', 'u1', 'user', 'abandoned'),
    line('u3', 'u1', 'user', 'instead'),
  ]);
  expect(messages.map(({ content }) => content)).toEqual(['go', 'instead']);
});

test('unknown types, other agents, garbage and empty lines are passed over', async () => {
  const { messages, title } = await read([
    { type: 'file-history-snapshot', messageId: 'x', snapshot: {} },
    line('u1', null, 'user', 'go'),
    '{"type":"user","uuid":"u9","parentUuid":"u1","message":{"role":"user","cont',
    '',
    'not json at all',
    '[1,2]',
    'null',
    line('s1', 'u1', 'user', 'inside', { isSidechain: true }),
    { type: 'summary', summary: 'A chat', leafUuid: 'u1' },
    { type: 'something-new', uuid: 'n1', data: 1 },
    line('p1', 'u1', 'user', undefined, { type: 'progress', message: undefined }),
    line('u2', 'p1', 'user', 'more'),
  ]);
  expect(messages.map(({ content }) => content)).toEqual(['go', 'more']);
  expect(title).toBe('A chat');
});

test('a chain with a gap goes on with the line before it', async () => {
  const { messages } = await read([line('u1', null, 'user', 'first'), line('u3', 'lost', 'user', 'third')]);
  expect(messages.map(({ content }) => content)).toEqual(['first', 'third']);
});

test('a chain that bites its tail ends', async () => {
  const { messages } = await read([line('u1', 'u2', 'user', 'a'), line('u2', 'u1', 'user', 'b')]);
  expect(messages.map(({ content }) => content)).toEqual(['a', 'b']);
});

test('an empty file is an empty session', async () => {
  expect(await read([])).toMatchObject({ messages: [] });
});

test('lines longer than what is read at a time are whole', async () => {
  const long = 'x'.repeat(2_500_000);
  const { messages } = await read([
    line('u1', null, 'user', 'a'),
    line('u2', 'u1', 'user', long),
    line('u3', 'u2', 'user', 'b'),
  ]);
  expect(messages.map(({ content }) => content.length)).toEqual([1, long.length, 1]);
});

test('what a full disk cut off is told once, and the session goes on', async () => {
  const { store, cwd, logged } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  const { mkdirSync } = await import('node:fs');
  // a folder in the place of the file: it cannot be opened for writing by anybody
  mkdirSync(store.path(cwd, id), { recursive: true });
  writeAll(store, ref(id, cwd), [e.prompt('one'), e.prompt('two'), e.answer('m', [text('x')])]);
  expect(logged).toEqual([expect.stringMatching(/^error: .*cannot be written .*not saved$/)]);
});

test('a session that shrank under its writer is still read', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [e.prompt('one')]);
  truncateSync(store.path(cwd, id), 0);
  writeAll(store, ref(id, cwd), [e.prompt('two')]);
  expect((await store.load(cwd, id))?.messages).toEqual([{ role: 'user', content: 'two' }]);
  expect(linesOf(store.path(cwd, id))).toHaveLength(1);
});
