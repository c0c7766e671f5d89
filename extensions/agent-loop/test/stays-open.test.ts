import type { NoteEvent } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test, vi } from 'vitest';
import { program } from './program.ts';

const ended = (status: 'completed' | 'failed' | 'stopped' = 'completed'): NoteEvent => ({
  type: 'task_notification',
  taskId: 'b1',
  status,
  outputFile: '/tmp/b1.txt',
  summary: 'a build: exit code 0',
});

describe('a session that stays open', () => {
  const stays = { session: { stays: true } };

  test('goes on by itself when work in the background ends, and says so', async () => {
    const h = await program({ ...stays, model: [say('It runs.'), say('It has ended.')] });
    await h.prompt('begin');
    (await h.session()).note(ended());
    await vi.waitUntil(() => h.events.filter(({ type }) => type === 'result').length === 2);
    expect(h.requests[1]?.prompt).toContain('background has ended');
    expect(h.events.findLast(({ type }) => type === 'user')).toMatchObject({ source: 'system' });
    expect(h.events.findLast(({ type }) => type === 'result')).toMatchObject({ result: 'It has ended.' });
  });

  test('does so once the prompt is answered that is under way', async () => {
    let told = 0;
    const h = await program({
      ...stays,
      model: [say('Hi.'), say('It has ended.')],
      taps: {
        ModelResponse: async () => {
          if (told++ === 0) (await h.session()).note(ended());
        },
      },
    });
    await h.prompt('begin');
    await vi.waitUntil(() => h.requests.length === 2);
    const session = await h.session();
    await vi.waitUntil(() => session.status === 'idle');
    expect(h.events.filter(({ type }) => type === 'result')).toHaveLength(2);
  });

  test('does not when the model heard of it in a later turn', async () => {
    const h = await program({
      ...stays,
      model: [callTool('Wait'), say('I saw.')],
      tools: [
        {
          name: 'Wait',
          description: '',
          inputSchema: { type: 'object' },
          async run() {
            (await h.session()).note(ended());
            return 'over';
          },
        },
      ],
    });
    await h.prompt('begin');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(h.requests).toHaveLength(2);
    expect(h.requests[1]?.toolResults).toMatchObject([{ text: 'over', isError: false }]);
  });

  test('does not for what somebody ended, and not when it is closed', async () => {
    const h = await program({ ...stays, model: [say('Hi.')] });
    await h.prompt('begin');
    const session = await h.session();
    session.note(ended('stopped'));
    session.note(ended());
    await session.close('other');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(h.requests).toHaveLength(1);
  });
});

test('another session does nothing by itself', async () => {
  const h = await program({ model: [say('Hi.')] });
  await h.prompt('begin');
  (await h.session()).note(ended());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(h.requests).toHaveLength(1);
});

test('a result says how many messages of users wait', async () => {
  const h = await program({ model: [say('1'), say('2'), say('3')] });
  const session = await h.session();
  const results = await Promise.all([
    session.send({ content: 'one' }),
    session.send({ content: 'two' }),
    session.send({ content: 'three', source: 'system' }),
  ]);
  expect(results.map(({ queuedTurns }) => queuedTurns)).toEqual([1, 0, 0]);
});
