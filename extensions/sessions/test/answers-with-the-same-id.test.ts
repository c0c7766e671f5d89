import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTranscript } from '../transcript-reader.ts';
import { call, Events, text } from './events.ts';
import { ref, tempStore, writeAll } from './store.ts';

const id = '66666666-6666-4666-8666-666666666666';
const result = (callId: string, content: string) => ({
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: callId, content }],
});

test.each([
  ['of requests without an id', undefined],
  ['of requests that have one id as well', 'req_1'],
])('answers of a server with one id for all of them stay apart: %s', async (_, requestId) => {
  const { store, cwd } = tempStore();
  const e = new Events(id);
  const answer = (content: Parameters<Events['answer']>[1]) => {
    const { requestId: _own, ...event } = e.answer('chatcmpl-0', content) as { requestId?: string } & ReturnType<
      Events['answer']
    >;
    return (requestId === undefined ? event : { ...event, requestId }) as ReturnType<Events['answer']>;
  };
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [
    e.prompt('first'),
    answer([text('I look'), call('t1')]),
    e.toolResult('t1', 'one'),
    answer([text('and again'), call('t2')]),
    e.toolResult('t2', 'two'),
    answer([text('done')]),
    e.prompt('second'),
    answer([text('yes')]),
  ]);
  expect((await store.load(cwd, id))?.messages).toEqual([
    { role: 'user', content: 'first' },
    { role: 'assistant', content: [text('I look'), call('t1')] },
    result('t1', 'one'),
    { role: 'assistant', content: [text('and again'), call('t2')] },
    result('t2', 'two'),
    { role: 'assistant', content: [text('done')] },
    { role: 'user', content: 'second' },
    { role: 'assistant', content: [text('yes')] },
  ]);
});

const line = (uuid: string, parentUuid: string | null, role: 'user' | 'assistant', content: unknown, more = {}) => ({
  parentUuid,
  isSidechain: false,
  type: role,
  message: { role, content, ...(role === 'assistant' ? { id: 'chatcmpl-0', model: 'm' } : {}) },
  uuid,
  ...more,
});

async function read(lines: readonly unknown[]) {
  const { home } = tempStore();
  const path = join(home, 'foreign.jsonl');
  writeFileSync(path, lines.map((one) => JSON.stringify(one)).join('\n'));
  return (await readTranscript(path)).messages;
}

test('calls of an abandoned branch are not given to an answer with the same id', async () => {
  const messages = await read([
    line('u1', null, 'user', 'go'),
    line('x1', 'u1', 'assistant', [call('t0')]),
    line('x2', 'x1', 'user', [{ type: 'tool_result', tool_use_id: 't0', content: 'zero' }]),
    line('a1', 'u1', 'assistant', [text('instead')]),
    line('u2', 'a1', 'user', 'next'),
  ]);
  expect(messages).toEqual([
    { role: 'user', content: 'go' },
    { role: 'assistant', content: [text('instead')] },
    { role: 'user', content: 'next' },
  ]);
});

test('lines of two requests that follow each other are two answers', async () => {
  const messages = await read([
    line('u1', null, 'user', 'go'),
    line('a1', 'u1', 'assistant', [text('one')], { requestId: 'r1' }),
    line('a2', 'a1', 'assistant', [text('two')], { requestId: 'r2' }),
    line('u2', 'a2', 'user', 'next'),
  ]);
  expect(messages.map(({ content }) => content)).toEqual(['go', [text('one')], [text('two')], 'next']);
});

test('lines without a message do not part an answer, nor a branch of it', async () => {
  const messages = await read([
    line('u1', null, 'user', 'go'),
    line('a1', 'u1', 'assistant', [text('both')]),
    line('p1', 'a1', 'user', undefined, { type: 'progress', message: undefined }),
    line('a2', 'p1', 'assistant', [call('t1')]),
    line('p2', 'a2', 'user', undefined, { type: 'progress', message: undefined }),
    line('a3', 'p2', 'assistant', [call('t2')]),
    line('r2', 'a3', 'user', [{ type: 'tool_result', tool_use_id: 't2', content: 'two' }]),
    line('r1', 'a2', 'user', [{ type: 'tool_result', tool_use_id: 't1', content: 'one' }]),
    line('u2', 'r1', 'user', 'next'),
  ]);
  expect(messages[1]).toEqual({ role: 'assistant', content: [text('both'), call('t1'), call('t2')] });
  expect(messages).toHaveLength(4);
});
