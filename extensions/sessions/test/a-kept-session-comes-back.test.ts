import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SessionEvent } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { call, Events, text } from './events.ts';
import { linesOf, ref, tempStore, writeAll } from './store.ts';

const id = '22222222-2222-4222-8222-222222222222';

function conversation(e: Events): SessionEvent[] {
  return [
    e.make({ type: 'setting', title: 'Fix the parser', permissionMode: 'acceptEdits' }),
    e.prompt('read both'),
    e.answer('msg_1', [{ type: 'thinking', thinking: 'hm', signature: 's' }, text('ok'), call('t1'), call('t2')]),
    e.toolResult('t1', 'one'),
    e.toolResult('t2', 'two'),
    e.answer('msg_2', [text('done')]),
  ];
}
const expected = [
  { role: 'user', content: 'read both' },
  {
    role: 'assistant',
    content: [{ type: 'thinking', thinking: 'hm', signature: 's' }, text('ok'), call('t1'), call('t2')],
  },
  {
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 't1', content: 'one' },
      { type: 'tool_result', tool_use_id: 't2', content: 'two' },
    ],
  },
  { role: 'assistant', content: [text('done')] },
];

test('what was written is what is loaded', async () => {
  const { store, cwd } = tempStore();
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), conversation(new Events(id)));
  store.end(id);
  const stored = await store.load(cwd, id);
  expect(stored).toMatchObject({ id, path: store.path(cwd, id), model: 'model-1', cwd, title: 'Fix the parser' });
  expect(stored?.permissionMode).toBe('default');
  expect(stored?.messages).toEqual(expected);
});

test('a call that was put off waits for whoever goes on, until it has a result', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  const off = e.make({
    type: 'result',
    subtype: 'success',
    isError: false,
    result: '',
    errors: [],
    durationMs: 1,
    durationApiMs: 1,
    numTurns: 1,
    stopReason: 'tool_deferred',
    terminalReason: 'tool_deferred',
    totalCostUsd: 0,
    usage: { input_tokens: 1, output_tokens: 1 },
    modelUsage: {},
    permissionDenials: [],
    deferredToolUse: { id: 't1', name: 'Read', input: { file_path: '/a' } },
  });
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [e.prompt('ask'), e.answer('msg_1', [text('ok'), call('t1')]), off]);
  const stored = await store.load(cwd, id);
  expect(stored?.deferred).toEqual({ id: 't1', name: 'Read', input: { file_path: '/a' } });
  expect(stored?.messages.at(-1)).toEqual({ role: 'assistant', content: [text('ok'), call('t1')] });

  writeAll(store, ref(id, cwd), [e.toolResult('t1', 'one')]);
  const later = await store.load(cwd, id);
  expect(later).not.toHaveProperty('deferred');
  expect(later?.messages.at(-1)?.role).toBe('user');

  // a later call of the same session that was cut off is not run again
  writeAll(store, ref(id, cwd), [e.answer('msg_2', [call('t2')])]);
  const cut = await store.load(cwd, id);
  expect(cut).not.toHaveProperty('deferred');
  expect(JSON.stringify(cut?.messages.at(-1))).toContain('was interrupted before it finished');
});

test('a resumed session goes on in the same file and chain', async () => {
  const { store, cwd, another } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), conversation(e));
  store.end(id);
  const second = another();
  const stored = (await second.load(cwd, id))!;
  await second.keep({ id, cwd }, { stored, fork: false });
  writeAll(second, ref(id, cwd), [e.prompt('thanks')]);
  second.end(id);
  const lines = linesOf(stored.path).filter((line) => 'parentUuid' in line);
  expect(lines.at(-1)).toMatchObject({ parentUuid: stored.lastUuid, message: { content: 'thanks' } });
  for (const [index, line] of lines.entries()) expect(line.parentUuid).toBe(lines[index - 1]?.uuid ?? null);
  expect((await store.load(cwd, id))?.messages).toEqual([...expected, { role: 'user', content: 'thanks' }]);
});

test('a fork has the conversation under its own id and leaves the first session alone', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), conversation(e));
  store.end(id);
  const before = readFileSync(store.path(cwd, id), 'utf8');
  const stored = (await store.load(cwd, id))!;
  const forked = '33333333-3333-4333-8333-333333333333';
  await store.keep({ id: forked, cwd }, { stored, fork: true });
  writeAll(store, ref(forked, cwd), [new Events(forked).prompt('another way')]);
  store.end(forked);
  expect(readFileSync(store.path(cwd, id), 'utf8')).toBe(before);
  const lines = linesOf(store.path(cwd, forked));
  expect(new Set(lines.map(({ sessionId }) => sessionId))).toEqual(new Set([forked]));
  expect((await store.load(cwd, forked))?.messages).toEqual([...expected, { role: 'user', content: 'another way' }]);
});

test('files and folders are for the user alone', async () => {
  const { store, cwd } = tempStore();
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [new Events(id).prompt('hi')]);
  const path = store.path(cwd, id);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test('there is no file before there is a conversation', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [
    e.make({ type: 'setting', title: 'Nothing yet' }),
    e.make({ type: 'informational', level: 'info', content: 'welcome' }),
  ]);
  expect(existsSync(store.path(cwd, id))).toBe(false);
  writeAll(store, ref(id, cwd), [e.prompt('hi')]);
  expect(linesOf(store.path(cwd, id)).map(({ type }) => type)).toEqual(['custom-title', 'system', 'user']);
});

test('a session that is not kept is not written', async () => {
  const { store, cwd } = tempStore();
  writeAll(store, ref(id, cwd), conversation(new Events(id)));
  expect(existsSync(store.path(cwd, id))).toBe(false);
  expect(await store.load(cwd, id)).toBeUndefined();
});

test('subagents write beside the session and are not part of it', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  const root = ref(id, cwd);
  await store.keep({ id, cwd });
  writeAll(store, root, [e.prompt('go'), e.answer('msg_1', [call('t1', 'Agent')])]);
  const agent = ref('44444444-4444-4444-8444-444444444444', cwd, {
    parent: root,
    agent: { id: 'a1', type: 'explore' },
  });
  const inside = e.make({ type: 'user', message: { role: 'user', content: 'look around' }, source: 'system' }, 'a1');
  writeAll(store, agent, [inside]);
  writeAll(store, root, [e.toolResult('t1', 'found')]);
  const own = linesOf(`${store.path(cwd, id).slice(0, -'.jsonl'.length)}/subagents/agent-a1.jsonl`);
  expect(own).toEqual([expect.objectContaining({ isSidechain: true, agentId: 'a1', sessionId: id, parentUuid: null })]);
  expect((await store.load(cwd, id))?.messages).toHaveLength(3);
});

test('after a compaction the model gets what the compaction left', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [
    ...conversation(e),
    e.make({
      type: 'compact',
      trigger: 'manual',
      preTokens: 5,
      summary: 'we fixed it',
      messages: [
        { role: 'user', content: 'we fixed it' },
        { role: 'assistant', content: [text('right')] },
      ],
    }),
    e.prompt('next'),
  ]);
  const stored = await store.load(cwd, id);
  expect(stored?.messages).toEqual([
    { role: 'user', content: 'we fixed it' },
    { role: 'assistant', content: [text('right')] },
    { role: 'user', content: 'next' },
  ]);
  expect(stored?.title).toBe('Fix the parser');
});

test('a new session never takes the file of an old one', async () => {
  const { store, cwd } = tempStore();
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [new Events(id).prompt('hi')]);
  store.end(id);
  await expect(store.keep({ id, cwd })).rejects.toThrow(/exists already .*--resume/);
});

test('an id cannot lead out of the folder', async () => {
  const { store, cwd } = tempStore();
  expect(() => store.path(cwd, '../../etc/passwd')).toThrow(/expected a UUID/);
  await expect(store.keep({ id: '..', cwd })).rejects.toThrow(/expected a UUID/);
  expect(await store.load(cwd, '../x')).toBeUndefined();
});

test('a cost is carried on, and the latest mode and model win', async () => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [
    ...conversation(e),
    e.make({ type: 'setting', permissionMode: 'plan', model: 'model-9' }),
  ]);
  appendFileSync(store.path(cwd, id), '{"type":"cost-state","totalCostUSD":1.25,"modelUsage":{}}\n');
  expect(await store.load(cwd, id)).toMatchObject({ permissionMode: 'plan', model: 'model-9', totalCostUsd: 1.25 });
});
