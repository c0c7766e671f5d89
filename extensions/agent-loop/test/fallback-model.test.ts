import { ModelError, type ModelErrorKind, type ModelRequest } from 'tenon/plugin-api';
import { describe, expect, test } from 'vitest';
import { event, program, rawModel, textAnswer } from './program.ts';

const working = (name = 'spare') =>
  rawModel(async function* () {
    yield textAnswer(`from ${name}`);
  }, name);

/** A model whose provider gives up at once, or after `retries` more attempts. */
const broken = (kind: ModelErrorKind, status: number, name = 'raw', retries = 0) =>
  rawModel(async function* (_request, { onRetry }) {
    const error = new ModelError(kind, `${kind} (${status})`, { status });
    for (let attempt = 1; attempt <= retries; attempt++) {
      await onRetry?.({ attempt, maxRetries: retries, delayMs: 0, error });
    }
    // biome-ignore lint/correctness/noConstantCondition: a stream that gives nothing
    if (false) yield [];
    throw error;
  }, name);

describe('another model goes on', () => {
  test.each([
    ['overloaded', 529],
    ['server_error', 500],
    ['model_not_found', 404],
  ] as const)('after %s', async (kind, status) => {
    const switches: unknown[] = [];
    const note = (value: object) => {
      const { from, to, reason } = value as Record<string, unknown>;
      switches.push([from, to, reason]);
      return undefined;
    };
    const h = await program({
      extensions: [broken(kind, status), working()],
      session: { model: 'raw', fallbackModels: ['spare'] },
      taps: { PreModelSwitch: note, PostModelSwitch: note },
    });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ subtype: 'success', isError: false, result: 'from spare', numTurns: 1 });
    expect(switches).toEqual([
      ['raw', 'spare', 'fallback'],
      ['raw', 'spare', 'fallback'],
    ]);
    expect(run.events.find(({ type }) => type === 'informational')).toMatchObject({
      level: 'warning',
      content: `raw does not answer (${kind} (${status})). Going on with spare.`,
    });
    // the next prompt tries the session's own model again
    expect((await h.session()).model).toBe('raw');
  });

  test('that the settings name, the next one when the first fails too', async () => {
    const h = await program({
      bundled: ['config'],
      config: { fallbackModel: ['second', 'spare'] },
      extensions: [broken('overloaded', 529), broken('server_error', 503, 'second'), working()],
      session: { model: 'raw' },
    });
    expect((await h.prompt('go')).text).toBe('from spare');
  });

  test('in the middle of a prompt, with what was said so far', async () => {
    const seen: ModelRequest[] = [];
    const first = rawModel(async function* (_request, _context, n) {
      if (n > 1) throw new ModelError('overloaded', 'busy', { status: 529 });
      yield [
        event.start(),
        event.open(0, { type: 'tool_use', id: 'call_1', name: 'Nothing', input: {} }),
        event.close(0),
        event.end('tool_use'),
        event.stop,
      ];
    });
    const second = rawModel(async function* (request) {
      seen.push(request);
      yield textAnswer('went on');
    }, 'spare');
    const h = await program({ extensions: [first, second], session: { model: 'raw', fallbackModels: ['spare'] } });
    expect((await h.prompt('go')).text).toBe('went on');
    expect(seen[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('at the third failure of an overloaded one, rather than after all attempts', async () => {
    const h = await program({
      extensions: [broken('overloaded', 529, 'raw', 10), working()],
      session: { model: 'raw', fallbackModels: ['spare'] },
    });
    const run = await h.prompt('go');
    expect(run.text).toBe('from spare');
    expect(run.events.filter(({ type }) => type === 'api_retry')).toHaveLength(2);
  });
});

describe('no other model is asked', () => {
  test.each([
    ['invalid_request', 400],
    ['authentication_failed', 401],
    ['rate_limit', 429],
  ] as const)('after %s', async (kind, status) => {
    const spare = working();
    const h = await program({
      extensions: [broken(kind, status), spare],
      session: { model: 'raw', fallbackModels: ['spare'] },
    });
    expect((await h.prompt('go')).result).toMatchObject({ isError: true, terminalReason: 'api_error' });
    expect(spare.requests).toEqual([]);
  });

  test('when a tap refuses it, or it has no provider; the error is the result', async () => {
    const spare = working();
    const h = await program({
      extensions: [broken('overloaded', 529), spare],
      session: { model: 'raw', fallbackModels: ['raw', 'nowhere', 'spare'] },
      taps: { PreModelSwitch: () => ({ verdict: 'deny', reason: 'too dear' }) },
    });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ isError: true, result: 'overloaded (529)' });
    expect(spare.requests).toEqual([]);
    expect(run.events.filter(({ type }) => type === 'informational')).toMatchObject([
      { content: expect.stringContaining('no provider for the model "nowhere"') },
      { content: 'The model stays raw: too dear' },
    ]);
  });

  test('once an answer has begun', async () => {
    const half = rawModel(async function* () {
      yield [event.start(), event.open(0, { type: 'text', text: '' }), event.text(0, 'half'), event.close(0)];
      throw new ModelError('overloaded', 'busy', { status: 529 });
    });
    const spare = working();
    const h = await program({ extensions: [half, spare], session: { model: 'raw', fallbackModels: ['spare'] } });
    expect((await h.prompt('go')).result).toMatchObject({ isError: true, result: 'busy' });
    expect(spare.requests).toEqual([]);
  });
});
