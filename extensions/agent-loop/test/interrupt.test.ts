import type { Message, Surface } from 'tenon/plugin-api';
import { callTool, say, stall } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { echo, event, eventually, program, rawModel, textAnswer } from './program.ts';

/** Every call has its result in the message that follows, which is what providers insist on. */
function expectValid(messages: readonly Message[]): void {
  messages.forEach(({ role, content }, index) => {
    expect(role).toBe(index % 2 === 0 ? 'user' : 'assistant');
    const blocks = typeof content === 'string' ? [] : content;
    expect(blocks.length).toBeGreaterThan(0);
    const calls = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    const next = messages[index + 1]?.content ?? [];
    const results =
      typeof next === 'string'
        ? []
        : next.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    expect(results).toEqual(calls);
  });
}

describe('an interrupt leaves a session that goes on', () => {
  test('in the middle of a text, which is kept', async () => {
    const model = rawModel(async function* (_request, { signal }, n) {
      if (n > 1) return yield textAnswer('second');
      yield [event.start(), event.open(0, { type: 'text', text: '' }), event.text(0, 'half an ans')];
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const h = await program({ extensions: [model], session: { model: 'raw' } });
    const session = await h.session();
    const sent = h.prompt('one');
    await eventually(() => h.events.some(({ type }) => type === 'stream_event'));
    await session.interrupt();
    const run = await sent;
    expect(run.result).toMatchObject({
      subtype: 'error_during_execution',
      isError: true,
      terminalReason: 'aborted_streaming',
      result: '',
    });
    expect(run.events.find(({ type }) => type === 'message')).toMatchObject({
      aborted: true,
      message: { content: [{ type: 'text', text: 'half an ans' }] },
    });
    expect((await h.prompt('two')).text).toBe('second');
    expectValid(session.history());
    expect(JSON.stringify(session.history())).toContain('half an ans');
  });

  test('of a provider that does not listen', async () => {
    const model = rawModel(async function* (_request, _context, n) {
      if (n > 1) return yield textAnswer('second');
      await new Promise(() => {});
    });
    const h = await program({ extensions: [model], session: { model: 'raw' } });
    const session = await h.session();
    const sent = h.prompt('one');
    await eventually(() => model.requests.length === 1);
    await session.interrupt();
    expect((await sent).result.terminalReason).toBe('aborted_streaming');
    expect((await h.prompt('two')).text).toBe('second');
  });

  test('after a call was streamed and before it ran', async () => {
    const model = rawModel(async function* (_request, { signal }, n) {
      if (n > 1) return yield textAnswer('second');
      yield [
        event.start(),
        event.open(0, { type: 'tool_use', id: 'call_1', name: 'Echo', input: {} }),
        event.json(0, '{"text":"a"}'),
        event.close(0),
      ];
      yield [event.open(1, { type: 'tool_use', id: 'call_2', name: 'Echo', input: {} }), event.json(1, '{"te')];
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const h = await program({ extensions: [model], tools: [echo('Echo')], session: { model: 'raw' } });
    const session = await h.session();
    const sent = h.prompt('one');
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    await session.interrupt();
    const run = await sent;
    expect(run.calls()).toMatchObject([
      { id: 'call_1', verdict: 'none', isError: true, result: expect.stringContaining('interrupted') },
    ]);
    await h.prompt('two');
    expectValid(session.history());
  });

  test.each([
    [
      'that ends when it is told to',
      (signal: AbortSignal) =>
        new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve('cleaned up'))),
    ],
    ['that does not listen', () => new Promise<string>(() => {})],
  ])('in a tool %s; the next call does not run', async (_name, run) => {
    const ran: string[] = [];
    const tools = [
      echo('Slow', {
        run: (_input, { signal }) => {
          ran.push('Slow');
          return run(signal);
        },
      }),
      echo('Next', { run: () => String(ran.push('Next')) }),
    ];
    const h = await program({
      model: [[callTool('Slow', { text: 'a' }), callTool('Next', { text: 'b' })], say('second')],
      tools,
    });
    const session = await h.session();
    const sent = h.prompt('one');
    await eventually(() => ran.length === 1);
    await session.interrupt();
    const done = await sent;
    expect(done.result.terminalReason).toBe('aborted_tools');
    expect(done.calls().map(({ isError, result }) => [isError, result])).toEqual(
      Array(2).fill([true, expect.stringContaining('interrupted')]),
    );
    expect(ran).toEqual(['Slow']);
    expect((await h.prompt('two')).text).toBe('second');
    expectValid(session.history());
  });

  test('while a question is open, which is withdrawn', async () => {
    let withdrawn = false;
    const h = await program({
      model: [callTool('Echo', { text: 'a' }), say('second')],
      tools: [echo('Echo')],
      rules: () => 'ask',
      answers: {
        permission: (_question, signal) =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              withdrawn = true;
              resolve(undefined);
            }),
          ),
      },
    });
    const session = await h.session();
    const sent = h.prompt('one');
    await eventually(() => session.status === 'requires_action');
    const id = h.questions[0]?.id ?? '';
    await session.interrupt();
    const run = await sent;
    expect(withdrawn).toBe(true);
    expect(session.answer(id, { verdict: 'allow' })).toBe(false);
    expect(run.result.terminalReason).toBe('aborted_tools');
    expect(run.events.at(-1)).toMatchObject({ type: 'state', state: 'idle' });
    expect((await h.prompt('two')).text).toBe('second');
    expectValid(session.history());
  });

  test('in a tap that hangs', async () => {
    const h = await program({
      model: [callTool('Echo', { text: 'a' }), say('second')],
      tools: [echo('Echo')],
      taps: {
        PreToolUse: ({ session }) =>
          new Promise((resolve) => session.signal.addEventListener('abort', () => resolve(undefined))),
      },
    });
    const session = await h.session();
    const sent = h.prompt('one');
    await eventually(() => h.events.some(({ type }) => type === 'message'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await session.interrupt();
    expect((await sent).result.terminalReason).toBe('aborted_tools');
    expect((await h.prompt('two')).text).toBe('second');
    expectValid(session.history());
  });

  test('by closing the session', async () => {
    const ends: string[] = [];
    const h = await program({
      model: [[say('half'), stall(60_000)]],
      taps: { SessionEnd: ({ reason }) => void ends.push(reason), QueryEnd: ({ outcome }) => void ends.push(outcome) },
    });
    const session = await h.session();
    const sent = h.prompt('one');
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    const queued = session.send({ content: 'two' });
    queued.catch(() => {}); // looked at below
    await session.close('prompt_input_exit');
    expect((await sent).result.terminalReason).toBe('aborted_streaming');
    await expect(queued).rejects.toThrow('was closed');
    await expect(session.send({ content: 'three' })).rejects.toThrow('is closed');
    expect(ends).toEqual(['interrupted', 'prompt_input_exit']);
    expect(session.signal.aborted).toBe(true);
  });
});

test('an interrupt of an idle session does nothing', async () => {
  const h = await program({ model: [say('hi')] });
  const session = await h.session();
  await session.interrupt();
  expect((await h.prompt('one')).text).toBe('hi');
});

test('the first answer of several surfaces wins and the others are withdrawn', async () => {
  const aborted: string[] = [];
  const slow: Surface = {
    name: 'slow',
    ask: (_question, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          aborted.push('slow');
          resolve(undefined);
        }),
      ),
  };
  const broken: Surface = { name: 'broken', ask: () => Promise.reject(new Error('no screen')) };
  const h = await program({
    model: [callTool('Echo', { text: 'a' }), callTool('Echo', { text: 'b' }), say('done')],
    tools: [echo('Echo')],
    rules: () => 'ask',
    session: { surfaces: [slow, broken] },
    expectDiagnostics: ['LOG'],
  });
  const session = await h.session();
  const sent = h.prompt('go');
  await eventually(() => session.status === 'requires_action');
  const late = session.attach({
    name: 'late',
    ask: async ({ input }) => (input.text === 'a' ? { verdict: 'allow' } : undefined),
  });
  const open = await eventually(() => h.events.filter((one) => one.type === 'question')[1]);
  expect(aborted).toEqual(['slow']);
  await late.dispose();
  expect(session.answer(open.question.id, { verdict: 'deny', message: 'no, by phone' })).toBe(true);
  const run = await sent;
  expect(run.calls().map(({ verdict, result }) => [verdict, result])).toEqual([
    ['allow', 'Echo: a'],
    ['deny', 'no, by phone'],
  ]);
});

test('surfaces without an answer are nobody', async () => {
  const h = await program({
    model: [callTool('Echo', { text: 'a' }), say('done')],
    tools: [echo('Echo')],
    rules: () => 'ask',
    answers: { permission: () => undefined },
  });
  expect((await h.prompt('go')).calls()[0]?.result).toContain('nobody could be asked');
});

test('a PermissionRequest tap answers in the place of the user', async () => {
  const h = await program({
    model: [callTool('Echo', { text: 'a' }), say('done')],
    tools: [echo('Echo')],
    rules: () => 'ask',
    taps: { PermissionRequest: () => ({ verdict: 'allow' }) },
  });
  expect((await h.prompt('go')).calls()[0]).toMatchObject({ verdict: 'allow', decidedBy: 'hook' });
  expect(h.questions).toEqual([]);
});
