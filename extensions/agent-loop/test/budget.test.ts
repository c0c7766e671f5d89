import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { echo, event, program, rawModel, textAnswer } from './program.ts';

/** Every answer costs $0.00002: ten tokens in, five out. */
const dear = () =>
  rawModel(async function* (_request, _context, n) {
    if (n > 3) return yield textAnswer('done');
    yield [
      event.start(`msg_${n}`),
      event.open(0, { type: 'tool_use', id: `call_${n}`, name: 'Echo', input: { text: 'a' } }),
      event.close(0),
      event.end('tool_use'),
      event.stop,
    ];
  });

describe('a session that has cost what it may', () => {
  test('makes no further request', async () => {
    const model = dear();
    const outcomes: string[] = [];
    const h = await program({
      tools: [echo('Echo')],
      extensions: [model],
      session: { model: 'raw', maxBudgetUsd: 0.00003 },
      taps: { QueryEnd: ({ outcome }) => void outcomes.push(outcome) },
    });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({
      subtype: 'error_max_budget_usd',
      terminalReason: 'budget_exhausted',
      isError: true,
      numTurns: 2,
      errors: [expect.stringContaining('--max-budget-usd 0.00003')],
    });
    expect(run.result.totalCostUsd).toBeCloseTo(0.00004, 10);
    expect(outcomes).toEqual(['budget']);
    // the last answer's call ran, so that the conversation is whole
    expect(run.calls().map(({ result }) => result)).toEqual(['Echo: a', 'Echo: a']);

    const next = await h.prompt('and now');
    expect(next.result).toMatchObject({ subtype: 'error_max_budget_usd', numTurns: 0 });
    expect(model.requests).toHaveLength(2);
  });

  test('is told when the price is not known', async () => {
    const h = await program({
      model: [callTool('Echo', { text: 'a' }), callTool('Echo', { text: 'b' }), say('done')],
      tools: [echo('Echo')],
      session: { maxBudgetUsd: 1 },
    });
    const run = await h.prompt('go');
    expect(run.text).toBe('done');
    expect(run.events.filter(({ type }) => type === 'informational')).toMatchObject([
      { level: 'warning', content: expect.stringContaining('The price of scripted is not known') },
    ]);
  });
});

describe('the limits of the environment', () => {
  const calls = [callTool('Echo', { text: 'a' }), callTool('Echo', { text: 'b' }), say('done')];

  test('CLAUDE_CODE_MAX_TURNS counts where nothing else is said', async () => {
    const env = { CLAUDE_CODE_MAX_TURNS: '1' };
    const h = await program({ model: calls.slice(0, 1), tools: [echo('Echo')], env });
    expect((await h.prompt('go')).result).toMatchObject({ subtype: 'error_max_turns', numTurns: 2 });
    const other = await program({ model: calls, tools: [echo('Echo')], env, session: { maxTurns: 3 } });
    expect((await other.prompt('go')).text).toBe('done');
  });

  test.each([
    ['CLAUDE_CODE_MAX_TURNS', 'many', 'at least 1, got "many"'],
    ['CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY', '0', 'at least 1, got "0"'],
    ['MAX_STRUCTURED_OUTPUT_RETRIES', '-1', 'at least 0, got "-1"'],
  ])('%s=%s is refused', async (variable, value, message) => {
    const h = await program({ env: { [variable]: value } });
    await expect(h.session()).rejects.toThrow(`${variable} must be a whole number of ${message}`);
  });

  test('CLAUDE_CODE_STOP_HOOK_BLOCK_CAP bounds what a Stop tap may do', async () => {
    const h = await program({
      model: [say('one'), say('two')],
      env: { CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: '1' },
      taps: { Stop: () => ({ verdict: 'go-on', reason: 'more' }) },
    });
    expect((await h.prompt('go')).result).toMatchObject({ result: 'two', numTurns: 2 });
  });

  test('CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY bounds what runs at the same time', async () => {
    let running = 0;
    let most = 0;
    const tool = echo('Echo', {
      readOnly: () => true,
      run: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return 'x';
      },
    });
    const many = Array.from({ length: 6 }, () => callTool('Echo', { text: 'a' }));
    const h = await program({
      model: [many, say('done')],
      tools: [tool],
      env: { CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY: '2' },
    });
    await h.prompt('go');
    expect(most).toBe(2);
  });
});
