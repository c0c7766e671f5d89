import { ModelError, type ModelEvent } from 'tenon/plugin-api';
import { callTool, fail, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { echo, event, program, rawModel, textAnswer, typesOf } from './program.ts';

describe('a provider that gives up', () => {
  test('ends the prompt with a stand-in for the answer, which later requests do not contain', async () => {
    const h = await program({ model: [fail(401, 'API Error: 401 wrong key'), say('second')] });
    const run = await h.prompt('one');
    expect(run.result).toMatchObject({
      subtype: 'success',
      isError: true,
      result: 'API Error: 401 wrong key',
      apiErrorStatus: 401,
      terminalReason: 'api_error',
      numTurns: 1,
    });
    expect(typesOf(run.events)).toEqual(['state', 'init', 'user', 'assistant', 'message', 'result', 'state']);
    expect(run.events.find(({ type }) => type === 'message')).toMatchObject({
      error: 'authentication_failed',
      message: { model: '<synthetic>', content: [{ type: 'text', text: 'API Error: 401 wrong key' }] },
    });
    const second = await h.prompt('two');
    expect(second.text).toBe('second');
    expect(second.requests[0]?.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
    ]);
  });

  test('for now is tried again, and the reader is told', async () => {
    const h = await program({ model: [fail(529), fail(500), say('hi')] });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ isError: false, result: 'hi', numTurns: 1 });
    expect(run.events.filter(({ type }) => type === 'api_retry')).toMatchObject([
      { attempt: 1, errorStatus: 529, error: 'overloaded' },
      { attempt: 2, errorStatus: 500, error: 'server_error' },
    ]);
  });

  test('can be tried again by a tap, and the tap decides when', async () => {
    const h = await program({ model: [fail(400), say('hi')], taps: { ModelError: () => ({ retryIn: 5 }) } });
    const run = await h.prompt('go');
    expect(run.text).toBe('hi');
    expect(run.events.find(({ type }) => type === 'api_retry')).toMatchObject({ retryDelayMs: 5, errorStatus: 400 });
  });

  test('is not tried again for ever', async () => {
    const model = rawModel(async function* () {
      yield* [];
      throw new ModelError('overloaded', 'busy', { status: 529 });
    });
    const h = await program({
      extensions: [model],
      session: { model: 'raw' },
      taps: { ModelError: () => ({ retryIn: 0 }) },
    });
    expect((await h.prompt('go')).result.isError).toBe(true);
    expect(model.requests).toHaveLength(11);
  });

  test.each([
    ['before the provider tries again', [fail(529), say('unused')], 'raw: hi'],
    ['after it gave up', [fail(404), say('unused')], 'raw: hi'],
  ])('can be replaced by another model %s', async (_name, script, text) => {
    const switches: unknown[] = [];
    const other = rawModel(async function* () {
      yield textAnswer('raw: hi');
    });
    const h = await program({
      model: script,
      extensions: [other],
      strict: false,
      taps: {
        ModelError: () => ({ useModel: 'raw' }),
        PreModelSwitch: ({ from, to }) => void switches.push([from, to]),
        PostModelSwitch: ({ to }) => void switches.push(to),
      },
    });
    const run = await h.prompt('go');
    expect(run.text).toBe(text);
    expect(switches).toEqual([['scripted', 'raw'], 'raw']);
    expect((await h.session()).model).toBe('scripted');
  });

  test('is not replaced when a tap refuses the other model', async () => {
    const h = await program({
      model: [fail(404, 'gone')],
      extensions: [rawModel(async function* () {})],
      taps: {
        ModelError: () => ({ useModel: 'raw' }),
        PreModelSwitch: () => ({ verdict: 'deny', reason: 'too dear' }),
      },
    });
    const run = await h.prompt('go');
    expect(run.result.result).toBe('gone');
    expect(run.events.find(({ type }) => type === 'informational')).toMatchObject({
      content: 'The model stays scripted: too dear',
    });
  });
});

describe('a stream that is broken', () => {
  const answers = (...events: ModelEvent[]) =>
    rawModel(async function* (_request, _context, n) {
      if (n === 1) yield events;
      else yield textAnswer('second');
    });
  const { start, open, text, json, close, end, stop } = event;

  test.each([
    ['without a message_start', [open(0, { type: 'text', text: '' }), text(0, 'hi'), close(0), end('end_turn'), stop]],
    ['without a block start', [start(), text(0, 'hi'), close(0), end('end_turn'), stop]],
    ['without a block stop', [start(), open(0, { type: 'text', text: '' }), text(0, 'hi'), end('end_turn'), stop]],
    [
      'without a message_stop',
      [start(), open(0, { type: 'text', text: '' }), text(0, 'hi'), close(0), end('end_turn')],
    ],
    [
      'with a delta for an unknown block',
      [start(), json(7, '{'), open(0, { type: 'text', text: '' }), text(0, 'hi'), close(0), end('end_turn'), stop],
    ],
    [
      'with events nobody knows',
      [
        start(),
        { type: 'future' } as never,
        open(0, { type: 'text', text: '' }),
        text(0, 'hi'),
        close(9),
        close(0),
        end('end_turn'),
        stop,
      ],
    ],
  ])('%s gives what there is', async (_name, events) => {
    const h = await program({ extensions: [answers(...events)], session: { model: 'raw' } });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ isError: false, result: 'hi' });
    expect((await h.prompt('next')).text).toBe('second');
  });

  test('that ends too early is an error, and what came is kept', async () => {
    const model = answers(
      start(),
      open(0, { type: 'text', text: '' }),
      text(0, 'so far'),
      close(0),
      open(1, { type: 'tool_use', id: 'c', name: 'Echo' }),
    );
    const h = await program({ extensions: [model], tools: [echo('Echo')], session: { model: 'raw' } });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({
      isError: true,
      terminalReason: 'api_error',
      result: expect.stringContaining('ended before it was complete'),
    });
    expect((await h.session()).history()).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'go' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'so far' }] },
    ]);
    expect((await h.prompt('next')).text).toBe('second');
  });

  test('that throws something that is no ModelError is one of an unknown kind', async () => {
    const model = rawModel(async function* () {
      yield [start()];
      throw new TypeError('x is not a function');
    });
    const h = await program({ extensions: [model], session: { model: 'raw' } });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ isError: true, result: 'API Error: x is not a function' });
    expect(run.events.find(({ type }) => type === 'message')).toMatchObject({ error: 'unknown' });
  });

  test('with two calls of one id gives each its own', async () => {
    const tool = (index: number, value: string) => [
      open(index, { type: 'tool_use', id: 'same', name: 'Echo' }),
      json(index, `{"text":"${value}"}`),
      close(index),
    ];
    const h = await program({
      extensions: [answers(start(), ...tool(0, 'a'), ...tool(1, 'b'), end('tool_use'), stop)],
      tools: [echo('Echo')],
      session: { model: 'raw' },
    });
    const run = await h.prompt('go');
    expect(run.calls().map(({ result }) => result)).toEqual(['Echo: a', 'Echo: b']);
    expect(new Set(run.calls().map(({ id }) => id)).size).toBe(2);
  });
});

describe('a model stops', () => {
  const { start, open, json, close, end, stop } = event;
  const answers = (...all: ModelEvent[][]) =>
    rawModel(async function* (_request, _context, n) {
      yield all[n - 1]!;
    });
  const told = (events: readonly { type: string; content?: unknown }[]) =>
    events.find(({ type }) => type === 'informational')?.content;

  test('at its output limit in a text: the user is told', async () => {
    const h = await program({ extensions: [answers([...textAnswer('cut', 'max_tokens')])], session: { model: 'raw' } });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ isError: false, result: 'cut', stopReason: 'max_tokens' });
    expect(told(run.events)).toContain('output limit (5 tokens)');
  });

  test.each([
    ['in the middle of a call', '{"text":"a'],
    ['before its input', ''],
  ])('at its output limit %s: the call does not run, and the model is told', async (_name, input) => {
    const cut = [
      start(),
      open(0, { type: 'tool_use', id: 'c', name: 'Echo', input: {} }),
      json(0, input),
      close(0),
      end('max_tokens'),
      stop,
    ];
    const h = await program({
      extensions: [answers(cut, [...textAnswer('ok')])],
      tools: [echo('Echo')],
      session: { model: 'raw' },
    });
    const run = await h.prompt('go');
    expect(run.calls()[0]).toMatchObject({
      isError: true,
      verdict: 'none',
      result: expect.stringContaining('output limit'),
    });
    expect(run.text).toBe('ok');
  });

  test('because it refuses', async () => {
    const failures: unknown[] = [];
    const h = await program({
      extensions: [answers([start(), end('refusal'), stop], [...textAnswer('ok')])],
      session: { model: 'raw' },
      taps: { StopFailure: (value) => void failures.push(value) },
    });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({
      isError: true,
      stopReason: 'refusal',
      terminalReason: 'model_error',
      result: expect.stringContaining('refused'),
    });
    expect(failures).toHaveLength(1);
    expect((await h.prompt('next')).text).toBe('ok');
  });

  test('to be called again', async () => {
    const model = answers([...textAnswer('first, ', 'pause_turn')], [...textAnswer('then')]);
    const h = await program({ extensions: [model], session: { model: 'raw' } });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ result: 'then', numTurns: 2 });
    expect(model.requests[1]?.messages.at(-1)).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'first, ' }],
    });
  });

  test('because the conversation is too long', async () => {
    const h = await program({
      extensions: [answers([...textAnswer('', 'model_context_window_exceeded')])],
      session: { model: 'raw' },
    });
    expect((await h.prompt('go')).result).toMatchObject({
      isError: true,
      terminalReason: 'prompt_too_long',
      errors: [expect.stringContaining('context window')],
    });
  });

  test('for a reason nobody knows, or calls nothing although it says so', async () => {
    const h = await program({
      extensions: [answers([...textAnswer('a', 'future')], [...textAnswer('b', 'tool_use')])],
      session: { model: 'raw' },
    });
    expect((await h.prompt('go')).result).toMatchObject({ isError: false, result: 'a', stopReason: 'future' });
    expect((await h.prompt('go')).result).toMatchObject({ isError: false, result: 'b' });
  });

  test('and says what it took: tokens of the prompt, cost of the session', async () => {
    const h = await program({
      extensions: [answers([...textAnswer('a')], [...textAnswer('b')])],
      session: { model: 'raw' },
    });
    await h.prompt('go');
    const { result } = await h.prompt('go');
    expect(result.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    expect(result.totalCostUsd).toBeCloseTo((2 * (10 * 1 + 5 * 2)) / 1e6, 12);
    expect(result.modelUsage['raw-1']).toMatchObject({ inputTokens: 20, outputTokens: 10, contextWindow: 200_000 });
  });
});

test('an error of a provider after a tool turn leaves the results in the conversation', async () => {
  const h = await program({ model: [callTool('Echo', { text: 'a' }), fail(400), say('ok')], tools: [echo('Echo')] });
  await h.prompt('one');
  const run = await h.prompt('two');
  expect(run.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(run.requests[0]?.toolResults).toHaveLength(1);
});
