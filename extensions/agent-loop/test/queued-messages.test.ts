import { callTool, say, stall } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { echo, eventually, program } from './program.ts';

/** A tool that waits until the test has said what it wanted to say. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let entered = false;
  const tool = echo('Wait', {
    run: async () => {
      entered = true;
      await opened;
      return 'waited';
    },
  });
  return { tool, open: () => open(), entered: () => eventually(() => entered) };
}

const wait = callTool('Wait', { text: 'a' }, 'call_1');

describe('a message that comes while another is being answered', () => {
  test('is read before the next request, and shares the result', async () => {
    const { tool, open, entered } = gate();
    const submitted: string[] = [];
    const h = await program({
      model: [wait, say('both done')],
      tools: [tool],
      taps: {
        UserPromptSubmit: ({ text }) => {
          submitted.push(text);
          return { context: `about ${text}` };
        },
      },
    });
    const session = await h.session();
    const first = h.prompt('go');
    await entered();
    const uuid = '123e4567-e89b-42d3-a456-426614174000';
    const second = session.send({ content: 'and that', uuid });
    open();
    const run = await first;
    expect(await second).toBe(run.result);
    expect(run.result.result).toBe('both done');
    expect(submitted).toEqual(['go', 'and that']);
    expect(run.requests).toHaveLength(2);
    expect(run.requests[1]?.messages.at(-1)).toEqual({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_1', content: 'waited' },
        { type: 'text', text: 'and that' },
        { type: 'text', text: '<system-reminder>\nabout and that\n</system-reminder>' },
      ],
    });
    expect(run.events.find((event) => event.uuid === uuid)).toMatchObject({ type: 'user', source: 'user' });
    expect(run.events.filter(({ type }) => type === 'result')).toHaveLength(1);
  });

  test.each([
    ['later', { priority: 'later' as const, content: 'and that' }],
    ['a command', { content: '/compact' }],
  ])('waits its turn when it is for %s', async (_, input) => {
    const { tool, open, entered } = gate();
    const h = await program({ model: [wait, say('one'), say('two')], tools: [tool] });
    const session = await h.session();
    const first = session.send({ content: 'go' });
    await entered();
    const second = session.send(input);
    open();
    expect((await first).result).toBe('one');
    expect((await second).result).toBe('two');
  });

  test('waits its turn when the answer has no further request', async () => {
    const h = await program({ model: [say('one'), say('two')] });
    const session = await h.session();
    const both = [session.send({ content: 'a' }), session.send({ content: 'b' })];
    expect((await Promise.all(both)).map(({ result }) => result)).toEqual(['one', 'two']);
  });

  test('is answered first, and at once, when it cannot wait', async () => {
    const h = await program({ model: [[say('hm'), stall(60_000)], say('urgent'), say('other')] });
    const session = await h.session();
    const first = session.send({ content: 'go' });
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    const other = session.send({ content: 'other' });
    const urgent = session.send({ content: 'stop!', priority: 'now' });
    expect((await first).terminalReason).toBe('aborted_streaming');
    expect((await urgent).result).toBe('urgent');
    expect((await other).result).toBe('other');
  });

  test('that a tap refuses is left out, and the answer goes on', async () => {
    const { tool, open, entered } = gate();
    const h = await program({
      model: [wait, say('done')],
      tools: [tool],
      taps: {
        UserPromptSubmit: ({ text }) => (text === 'secret' ? { verdict: 'deny', reason: 'no secrets' } : undefined),
      },
    });
    const session = await h.session();
    const first = h.prompt('go');
    await entered();
    const second = session.send({ content: 'secret' });
    open();
    expect(await second).toMatchObject({ isError: true, errors: ['no secrets'] });
    const run = await first;
    expect(run.text).toBe('done');
    expect(JSON.stringify(run.requests)).not.toContain('secret');
    expect(run.events.find(({ type }) => type === 'informational')).toMatchObject({ content: 'no secrets' });
  });
});

describe('an interrupt', () => {
  const busy = () => [[say('hm'), stall(60_000)], say('next')];

  test('leaves the messages that wait', async () => {
    const h = await program({ model: busy() });
    const session = await h.session();
    const first = session.send({ content: 'go' });
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    const second = session.send({ content: 'b', uuid: 'uuid-b' });
    expect(await session.interrupt()).toEqual({ queued: ['uuid-b'], cancelled: [] });
    expect((await first).isError).toBe(true);
    expect((await second).result).toBe('next');
  });

  test('takes them along when it is told to', async () => {
    const h = await program({ model: busy().slice(0, 1) });
    const session = await h.session();
    const first = session.send({ content: 'go' });
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    const second = session.send({ content: 'b', uuid: 'uuid-b' });
    const refused = expect(second).rejects.toThrow('withdrawn');
    expect(await session.interrupt({ cancelQueued: true })).toEqual({ queued: [], cancelled: ['uuid-b'] });
    await refused;
    expect((await first).isError).toBe(true);
    expect(await session.interrupt()).toEqual({ queued: [], cancelled: [] });
  });
});

test('one message can be withdrawn', async () => {
  const h = await program({ model: [[say('hm'), stall(60_000)], say('c')] });
  const session = await h.session();
  const first = session.send({ content: 'a' });
  await eventually(() => h.events.some(({ type }) => type === 'assistant'));
  const second = session.send({ content: 'b', uuid: 'uuid-b' });
  const third = session.send({ content: 'c' });
  const refused = expect(second).rejects.toThrow('withdrawn');
  expect(session.withdraw('uuid-b')).toBe(true);
  expect(session.withdraw('uuid-b')).toBe(false);
  await refused;
  await session.interrupt();
  await first;
  expect((await third).result).toBe('c');
});

describe('a message that nothing is asked with', () => {
  test('is added to the conversation', async () => {
    const h = await program({ model: [say('yes')] });
    const appended = await h.prompt({ content: 'by the way', shouldQuery: false });
    expect(appended.result).toMatchObject({ subtype: 'success', isError: false, result: '', numTurns: 0 });
    expect(appended.events.map(({ type }) => type)).toEqual(['user']);
    expect(h.requests).toHaveLength(0);
    const run = await h.prompt('and?');
    expect(run.requests[0]?.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'by the way' },
          { type: 'text', text: 'and?' },
        ],
      },
    ]);
  });

  test('also while an answer is under way', async () => {
    const { tool, open, entered } = gate();
    const h = await program({ model: [wait, say('done')], tools: [tool] });
    const session = await h.session();
    const first = h.prompt('go');
    await entered();
    const second = session.send({ content: 'by the way', shouldQuery: false });
    open();
    expect(await second).toMatchObject({ isError: false, result: '' });
    const run = await first;
    expect(run.requests[1]?.prompt).toBe('by the way');
    expect(run.events.filter(({ type }) => type === 'result')).toHaveLength(1);
  });

  test('unless a tap refuses it', async () => {
    const h = await program({ taps: { UserPromptSubmit: () => ({ verdict: 'deny', reason: 'no' }) } });
    expect((await h.prompt({ content: 'x', shouldQuery: false })).result).toMatchObject({
      isError: true,
      errors: ['no'],
    });
    expect((await h.session()).history()).toEqual([]);
  });
});
