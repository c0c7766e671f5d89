import type { JsonObject, PreToolUse, RuleUpdate, TapOptions } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { RESULT_LIMIT } from '../tool-run.ts';
import { echo, event, program, rawModel, type tapsExtension, textAnswer } from './program.ts';

const call = (input: JsonObject = { text: 'a' }) => [callTool('Echo', input, 'call_1'), say('done')];

/** Notes what the tool ran with. */
function spy() {
  const ran: JsonObject[] = [];
  const tool = echo('Echo', {
    run: (input) => {
      ran.push(input);
      return `ran with ${String(input.text)}`;
    },
  });
  return { tool, ran };
}

/** A tap of PreToolUse in an extension of its own. */
const preToolUse = (id: string, fn: (value: PreToolUse) => unknown, options: TapOptions = {}) => ({
  manifest: { id, version: '0.1.0', api: 1 as const, taps: ['PreToolUse' as const] },
  setup: (api: Parameters<ReturnType<typeof tapsExtension>['setup']>[0]) =>
    void api.hooks.PreToolUse.tap(options, fn as never),
});

describe('a call that is wrong is an error result, and the loop goes on', () => {
  test('a tool that does not exist', async () => {
    const { tool, ran } = spy();
    const h = await program({ model: [callTool('Ecko', { text: 'a' }), say('done')], tools: [tool], strict: false });
    const run = await h.prompt('go');
    expect(run.calls()).toMatchObject([
      { verdict: 'none', isError: true, result: expect.stringContaining('Did you mean Echo?') },
    ]);
    expect(run.text).toBe('done');
    expect(ran).toEqual([]);
  });

  test('an input that does not fit the schema', async () => {
    const { tool, ran } = spy();
    const h = await program({ model: call({ txt: 'a' }), tools: [tool] });
    const run = await h.prompt('go');
    expect(run.calls()[0]?.result).toMatch(/The input of Echo is not valid: .*text: is required.*txt: is not known/);
    expect(run.calls()[0]).toMatchObject({ verdict: 'none', isError: true });
    expect(ran).toEqual([]);
  });

  test('a parse of the tool that throws', async () => {
    const { tool } = spy();
    const parse = () => {
      throw new Error('parse is broken');
    };
    const h = await program({ model: call(), tools: [{ ...tool, parse }] });
    expect((await h.prompt('go')).calls()[0]?.result).toContain('parse is broken');
  });

  test('an input that is no JSON', async () => {
    const { tool, ran } = spy();
    const model = rawModel(async function* (_request, _context, n) {
      if (n > 1) return yield textAnswer('done');
      yield [
        event.start(),
        event.open(0, { type: 'tool_use', id: 'call_1', name: 'Echo', input: {} }),
        event.json(0, '{"text": "a'),
      ];
      yield [event.close(0), event.end('tool_use'), event.stop];
    });
    const h = await program({ tools: [tool], extensions: [model], session: { model: 'raw' } });
    const run = await h.prompt('go');
    expect(run.calls()[0]).toMatchObject({
      isError: true,
      input: {},
      result: expect.stringMatching(/not a JSON object: \{"text": "a$/),
    });
    expect(run.text).toBe('done');
    expect(ran).toEqual([]);
  });

  test('a run that throws, gives nothing, or takes too long', async () => {
    const tools = [
      echo('Throws', { run: () => Promise.reject(new Error('no luck')) }),
      echo('Nothing', { run: () => undefined as never }),
      echo('Late', {
        timeout: 20,
        run: (_input, { signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
      }),
      echo('Deaf', { timeout: 20, run: () => new Promise(() => {}) }),
    ];
    tools.push(
      echo('Says', {
        timeout: 20,
        run: (_input, { signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve('so far'))),
      }),
    );
    const names = tools.map(({ name }) => callTool(name, { text: 'a' }));
    const h = await program({ model: [names, say('done')], tools, expectDiagnostics: ['LOG'] });
    const run = await h.prompt('go');
    expect(run.calls().map(({ result, isError }) => [isError, result])).toEqual([
      [true, 'no luck'],
      [
        true,
        expect.stringMatching(/Nothing gave no result.* its run gave undefined, expected a text or \{ content \}$/),
      ],
      [true, 'Late did not finish within 20 ms'],
      [true, 'Deaf did not finish within 20 ms'],
      [false, 'so far'],
    ]);
  });

  test('a result that is too long is cut', async () => {
    const h = await program({
      model: call(),
      tools: [echo('Echo', { run: () => `<${'x'.repeat(3 * RESULT_LIMIT)}>` })],
    });
    const text = (await h.prompt('go')).calls()[0]?.result ?? '';
    expect(text.length).toBeLessThan(RESULT_LIMIT + 200);
    expect(text).toMatch(/^<x+\n\[… 200002 of 300002 characters left out …\]\nx+>$/);
  });

  test('a result of the tool that says it is an error is told as one, in its own words', async () => {
    const h = await program({
      model: call(),
      tools: [echo('Echo', { run: () => ({ content: 'exit code 2', isError: true, output: { code: 2 } }) })],
    });
    const run = await h.prompt('go');
    expect(run.calls()[0]).toMatchObject({ isError: true, result: 'exit code 2', verdict: 'allow' });
    expect(run.events.find((one) => one.type === 'user' && one.source === 'tool')).toMatchObject({
      toolUseResult: { code: 2 },
    });
  });
});

describe('a guard cannot be got round', () => {
  test.each([
    ['says no', () => ({ verdict: 'deny', reason: 'not today' }), 'not today', []],
    [
      'throws',
      () => {
        throw new Error('guard is broken');
      },
      'guard failed: guard is broken',
      ['HOOK_FAILED'],
    ],
    ['hangs', () => new Promise(() => {}), 'gave no answer within 30 ms', ['HOOK_TIMEOUT']],
  ] as const)('that %s, after another has allowed', async (_name, fn, reason, expectDiagnostics) => {
    const { tool, ran } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      extensions: [
        preToolUse('friend', () => ({ verdict: 'allow' })),
        preToolUse('guard', fn, { stage: 'guard', timeout: 30 }),
      ],
      expectDiagnostics: [...expectDiagnostics],
    });
    const run = await h.prompt('go');
    expect(run.calls()[0]).toMatchObject({
      verdict: 'deny',
      decidedBy: 'hook',
      isError: true,
      result: expect.stringContaining(reason),
    });
    expect(ran).toEqual([]);
    expect(run.result.permissionDenials).toEqual([
      { toolName: 'Echo', toolUseId: 'call_1', toolInput: { text: 'a', times: 1 } },
    ]);
    expect(run.events.find(({ type }) => type === 'permission_denied')).toMatchObject({
      toolName: 'Echo',
      toolUseId: 'call_1',
    });
  });

  test('by rewriting after the allow of another: the rules decide about what runs', async () => {
    const { tool, ran } = spy();
    const seen: unknown[] = [];
    const h = await program({
      model: call(),
      tools: [tool],
      rules: (made, hook) => {
        seen.push([made.input, hook]);
        return made.input.text === 'evil' && hook === 'none' ? 'deny' : 'allow';
      },
      extensions: [
        preToolUse('friend', () => ({ verdict: 'allow' })),
        preToolUse('rewriter', () => ({ input: { text: 'evil' } })),
      ],
    });
    const run = await h.prompt('go');
    expect(seen).toEqual([[{ text: 'evil', times: 1 }, 'none']]);
    expect(run.calls()[0]?.verdict).toBe('deny');
    expect(ran).toEqual([]);
  });

  test('by a rewrite to something invalid', async () => {
    const { tool, ran } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      extensions: [preToolUse('rewriter', () => ({ input: { text: 7 }, verdict: 'allow' }))],
    });
    expect((await h.prompt('go')).calls()[0]).toMatchObject({
      isError: true,
      result: expect.stringContaining('An extension changed the input of Echo'),
    });
    expect(ran).toEqual([]);
  });

  test('by changing the input after the decision', async () => {
    const { tool, ran } = spy();
    const mine = { text: 'good' };
    const attempts: string[] = [];
    const attack = (value: object | undefined) => {
      try {
        (value as { text: string }).text = 'evil';
        attempts.push('changed');
      } catch {
        attempts.push('refused'); // frozen, as it should be
      }
    };
    const h = await program({
      model: call(),
      tools: [tool],
      extensions: [preToolUse('rewriter', () => ({ input: mine }))],
      rules: (made) => {
        attack(made.input);
        mine.text = 'evil';
        return 'ask';
      },
      answers: {
        permission: (question) => {
          attack(question.input);
          return 'allow';
        },
      },
    });
    await h.prompt('go');
    // the rules look again after the answer
    expect(attempts).toEqual(['refused', 'refused', 'refused']);
    expect(ran).toEqual([{ text: 'good', times: 1 }]);
  });

  test('a rewrite that is allowed runs, and the model is told nothing else', async () => {
    const { tool, ran } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      extensions: [preToolUse('rewriter', () => ({ input: { text: 'b' } }))],
    });
    const run = await h.prompt('go');
    expect(ran).toEqual([{ text: 'b', times: 1 }]);
    expect(run.calls()[0]).toMatchObject({ input: { text: 'a' }, ranWith: { text: 'b' }, verdict: 'allow' });
    expect(run.requests[1]?.messages[1]).toMatchObject({
      role: 'assistant',
      content: [{ type: 'tool_use', input: { text: 'a' } }],
    });
  });

  test.each(['ask', 'defer'] as const)('a tap that says %s is not allowed by a rule', async (verdict) => {
    const { tool, ran } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      rules: () => 'allow',
      extensions: [preToolUse('careful', () => ({ verdict, reason: 'careful' }))],
      answers: { permission: 'deny' },
    });
    const run = await h.prompt('go');
    expect(run.calls()[0]?.verdict).toBe('deny');
    expect(h.questions.map(({ reason }) => reason)).toEqual(verdict === 'ask' ? ['careful'] : []);
    expect(ran).toEqual([]);
  });

  test('when a tap and a rule ask, whoever is asked reads both reasons', async () => {
    const { tool } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      rules: () => ({ verdict: 'ask', reason: 'the rule asks' }),
      extensions: [preToolUse('careful', () => ({ verdict: 'ask', reason: 'the tap asks' }))],
      answers: { permission: 'deny' },
    });
    await h.prompt('go');
    expect(h.questions.map(({ reason }) => reason)).toEqual(['the rule asks\nthe tap asks']);
  });

  test('rules that throw', async () => {
    const { tool, ran } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      rules: () => {
        throw new Error('rules are broken');
      },
      expectDiagnostics: ['LOG'],
    });
    expect((await h.prompt('go')).calls()[0]).toMatchObject({
      isError: true,
      result: expect.stringContaining('rules are broken'),
    });
    expect(ran).toEqual([]);
  });

  test('a tool that cannot say what it touches is asked about', async () => {
    const { tool, ran } = spy();
    const access = () => {
      throw new Error('no idea');
    };
    const h = await program({
      model: call(),
      tools: [{ ...tool, access, readOnly: () => true }],
      answers: { permission: 'deny' },
    });
    await h.prompt('go');
    expect(h.questions[0]?.reason).toContain('no idea');
    expect(ran).toEqual([]);
  });
});

describe('an answer', () => {
  test('that allows lets it run', async () => {
    const { tool, ran } = spy();
    const h = await program({ model: call(), tools: [tool], rules: () => 'ask', answers: { permission: 'allow' } });
    expect((await h.prompt('go')).calls()[0]).toMatchObject({ verdict: 'allow', decidedBy: 'user' });
    expect(ran).toHaveLength(1);
  });

  test('with another input is checked and decided again', async () => {
    const { tool, ran } = spy();
    const decided: unknown[] = [];
    const h = await program({
      model: call(),
      tools: [tool],
      rules: (made) => {
        decided.push(made.input.text);
        return made.input.text === 'evil' ? 'deny' : 'ask';
      },
      answers: { permission: () => ({ verdict: 'allow', input: { text: 'evil' } }) },
    });
    expect((await h.prompt('go')).calls()[0]?.verdict).toBe('deny');
    expect(decided).toEqual(['a', 'evil']);
    expect(ran).toEqual([]);
  });

  test('has the tool told where its paths led at the decision about what runs', async () => {
    const approved: unknown[] = [];
    const tool = echo('Echo', {
      run: (_input, context) => {
        approved.push(context.approved);
        return 'x';
      },
    });
    const rules = (made: { input: JsonObject }) =>
      ({
        verdict: 'ask',
        resolved: [{ path: '/link', resolved: `/real/${String(made.input.text)}` }],
      }) as const;
    const asked = await program({ model: call(), tools: [tool], rules, answers: { permission: 'allow' } });
    await asked.prompt('go');
    const changed = await program({
      model: call(),
      tools: [tool],
      rules,
      answers: { permission: () => ({ verdict: 'allow', input: { text: 'b' } }) },
    });
    await changed.prompt('go');
    const allowed = await program({ model: call(), tools: [tool] });
    await allowed.prompt('go');
    expect(approved).toEqual([
      [{ path: '/link', resolved: '/real/a' }],
      [{ path: '/link', resolved: '/real/b' }],
      undefined,
    ]);
  });

  test('with another input that only asks again is not asked again', async () => {
    const { tool, ran } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      rules: () => 'ask',
      answers: { permission: () => ({ verdict: 'allow', input: { text: 'b' } }) },
    });
    await h.prompt('go');
    expect(h.questions).toHaveLength(1);
    expect(ran).toEqual([{ text: 'b', times: 1 }]);
  });

  test('with an input that is not valid does not run', async () => {
    const { tool, ran } = spy();
    const h = await program({
      model: call(),
      tools: [tool],
      rules: () => 'ask',
      answers: { permission: () => ({ verdict: 'allow', input: {} }) },
    });
    expect((await h.prompt('go')).calls()[0]?.result).toContain('text: is required');
    expect(ran).toEqual([]);
  });

  test('with rules has them kept, and the mode changed', async () => {
    const { tool } = spy();
    const kept: RuleUpdate[] = [];
    const rules: RuleUpdate[] = [
      { type: 'addRules', behavior: 'allow', destination: 'session', rules: [{ toolName: 'Echo' }] },
      { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
    ];
    const h = await program({
      model: call(),
      tools: [tool],
      rules: () => 'ask',
      answers: { permission: () => ({ verdict: 'allow', rules }) },
      onUpdate: (updates) => kept.push(...updates),
    });
    await h.prompt('go');
    expect(kept).toEqual(rules);
    expect((await h.session()).permissionMode).toBe('acceptEdits');
  });

  test('that denies and interrupts ends the prompt, and later calls do not run', async () => {
    const { tool, ran } = spy();
    const h = await program({
      model: [[callTool('Echo', { text: 'a' }), callTool('Echo', { text: 'b' })], say('later')],
      tools: [tool],
      rules: (made) => (made.input.text === 'a' ? 'ask' : 'allow'),
      answers: { permission: () => ({ verdict: 'deny', message: 'stop it', interrupt: true }) },
    });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({ subtype: 'error_during_execution', terminalReason: 'aborted_tools' });
    expect(run.calls().map(({ result }) => result)).toEqual(['stop it', expect.stringContaining('interrupted')]);
    expect(ran).toEqual([]);
    expect((await h.prompt('and now')).text).toBe('later');
  });
});

test('without anybody to ask, the call is denied and the model reads which flag would allow it', async () => {
  const { tool, ran } = spy();
  const h = await program({
    model: call(),
    tools: [tool],
    session: { surfaces: [] },
    rules: () => ({
      verdict: 'ask',
      reason: 'it changes things',
      suggestions: [
        {
          type: 'addRules',
          behavior: 'allow',
          destination: 'localSettings',
          rules: [{ toolName: 'Echo', ruleContent: 'a:*' }],
        },
      ],
    }),
  });
  const result = (await h.prompt('go')).calls()[0]?.result;
  expect(result).toBe(
    'Echo needs permission (it changes things), and nobody could be asked. To allow such calls beforehand: --allowedTools "Echo(a:*)"',
  );
  expect(ran).toEqual([]);
});

test('context of taps follows the results', async () => {
  const { tool } = spy();
  const h = await program({
    model: call(),
    tools: [tool],
    taps: {
      PreToolUse: () => ({ context: 'before' }),
      PostToolUse: () => ({ context: ['after'], output: { content: 'changed' } }),
      PostToolBatch: () => ({ context: 'all' }),
    },
  });
  const run = await h.prompt('go');
  expect(run.requests[1]?.messages[2]).toEqual({
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'call_1', content: 'changed' },
      ...['before', 'after', 'all'].map((text) => ({
        type: 'text',
        text: `<system-reminder>\n${text}\n</system-reminder>`,
      })),
    ],
  });
});

test('taps see a tool under the name it has today', async () => {
  const names: string[] = [];
  const h = await program({
    model: [callTool('GlobTool', { text: 'a' }, 'call_1'), say('done')],
    tools: [echo('Glob')],
    taps: {
      PreToolUse: ({ tool }) => void names.push(tool),
      PermissionDenied: ({ tool }) => void names.push(tool),
      PostToolBatch: ({ outcomes }) => void names.push(...outcomes.map(({ tool }) => tool)),
    },
    rules: () => 'deny',
    strict: false,
  });
  await h.prompt('go');
  expect(names.sort()).toEqual(['Glob', 'Glob', 'Glob']);
});

test('a PostToolBatch tap can end the loop', async () => {
  const { tool } = spy();
  const h = await program({
    model: [callTool('Echo', { text: 'a' })],
    tools: [tool],
    taps: { PostToolBatch: () => ({ verdict: 'deny', reason: 'enough' }) },
  });
  const run = await h.prompt('go');
  expect(run.result).toMatchObject({
    subtype: 'success',
    terminalReason: 'hook_stopped',
    result: 'enough',
    numTurns: 1,
  });
});
