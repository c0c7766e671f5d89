import { type JsonObject, type PreToolUse, type PreToolUsePatch, Sessions } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { echo, type ProgramOptions, program } from './program.ts';

const ask = callTool('Echo', { text: 'which?' }, 'call_1');

/** A program whose hook puts calls off until `answer` is set. */
async function withHook(options: ProgramOptions = {}) {
  const state: { answer: PreToolUsePatch | undefined; seen: PreToolUse[]; ran: JsonObject[] } = {
    answer: undefined,
    seen: [],
    ran: [],
  };
  const tool = echo('Echo', {
    run: (input) => {
      state.ran.push(input);
      return `answer: ${String(input.text)}`;
    },
  });
  const h = await program({
    tools: [tool],
    taps: {
      PreToolUse: (value) => {
        state.seen.push(value);
        return state.answer ?? { verdict: 'defer', reason: 'a person has to say', context: 'later' };
      },
    },
    ...options,
    session: { deferrable: true, ...options.session },
  });
  return { h, state };
}

describe('a call that a hook puts off', () => {
  test('ends the prompt; the next one begins with it', async () => {
    const { h, state } = await withHook({ model: [[say('I ask.'), ask], say('thanks')] });
    const run = await h.prompt('go');
    expect(run.result).toMatchObject({
      subtype: 'success',
      isError: false,
      result: 'I ask.',
      stopReason: 'tool_deferred',
      terminalReason: 'tool_deferred',
      deferredToolUse: { id: 'call_1', name: 'Echo', input: { text: 'which?' } },
      numTurns: 1,
      permissionDenials: [],
    });
    expect(run.calls()[0]).toMatchObject({ result: undefined });
    expect(state.ran).toEqual([]);

    state.answer = { input: { text: 'blue' } };
    const next = await h.prompt('go on');
    expect(state.seen.map(({ id, input }) => [id, input.text])).toEqual([
      ['call_1', 'which?'],
      ['call_1', 'which?'],
    ]);
    expect(state.ran).toEqual([{ text: 'blue', times: 1 }]);
    expect(next.text).toBe('thanks');
    expect(next.requests[0]?.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'I ask.' }, expect.objectContaining({ id: 'call_1' })] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'answer: blue' },
          { type: 'text', text: 'go on' },
        ],
      },
    ]);
  });

  test('needs no further prompt, and can be put off again', async () => {
    const { h, state } = await withHook({ model: [ask, say('thanks')] });
    await h.prompt('go');
    expect((await h.prompt('')).result).toMatchObject({ terminalReason: 'tool_deferred', numTurns: 0 });
    expect((await h.prompt({ content: 'psst', shouldQuery: false })).result).toMatchObject({ isError: true });
    state.answer = {};
    const run = await h.prompt('');
    expect(run.text).toBe('thanks');
    expect(run.requests[0]?.messages.at(-1)).toEqual({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'answer: which?' }],
    });
    expect((await h.prompt('')).result).toMatchObject({ isError: true, errors: ['The prompt is empty.'] });
  });

  test('is decided by whoever goes on with the session', async () => {
    const { h, state } = await withHook({
      model: [ask, say('thanks')],
      bundled: ['sessions'],
      session: { persist: true },
    });
    await h.prompt('go');
    const first = await h.session();
    await first.close('other');
    state.answer = { verdict: 'deny', reason: 'nobody knows' };
    const second = await h.open({ persist: true, resume: first.id });
    const result = await second.send({ content: '' });
    expect(result.result).toBe('thanks');
    expect(h.requests[1]).toContainToolResult('nobody knows');
    await second.close('other');
    const stored = await (await h.kernel.use(Sessions)).load(h.project.dir, first.id);
    expect(stored).not.toHaveProperty('deferred');
    expect(stored?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  test('whose tool is gone is an error, and the conversation can go on', async () => {
    const { h } = await withHook({ model: [ask, say('well')], bundled: ['sessions'], session: { persist: true } });
    await h.prompt('go');
    const first = await h.session();
    await first.close('other');
    const second = await h.open({ persist: true, resume: first.id, tools: [] });
    expect(await second.send({ content: 'now?' })).toMatchObject({
      isError: true,
      terminalReason: 'tool_deferred_unavailable',
      errors: [expect.stringContaining('no such tool any more')],
    });
    expect((await second.send({ content: 'and now?' })).result).toBe('well');
  });
});

describe('it is denied instead', () => {
  test.each([
    ['when somebody may be watching', { session: { deferrable: false } }, [ask, say('done')], 'nobody watches'],
    ['beside another call', {}, [[ask, callTool('Echo', { text: 'b' })], say('done')], 'a single call'],
  ])('%s', async (_, options, model, why) => {
    const { h, state } = await withHook({ model, ...options });
    const run = await h.prompt('go');
    expect(run.text).toBe('done');
    expect(run.calls()[0]).toMatchObject({ verdict: 'deny', decidedBy: 'hook' });
    expect(run.calls()[0]?.result).toContain('a person has to say');
    expect(run.calls()[0]?.result).toContain(why);
    expect(state.ran).toEqual([]);
  });
});
