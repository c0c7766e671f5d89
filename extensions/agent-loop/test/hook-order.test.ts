import { type HookName, hookCatalog } from 'tenon/plugin-api';
import { callTool, fail, say, stall } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { manifest } from '../manifest.ts';
import { echo, eventually, program, type Taps, typesOf } from './program.ts';

type Seen = { readonly hook: HookName; readonly value: Record<string, unknown> };

/** Taps on everything the loop fires but the events. */
function recorder(more: Taps = {}): { readonly taps: Taps; readonly seen: Seen[]; names(): string[] } {
  const seen: Seen[] = [];
  const taps: Record<string, unknown> = {};
  for (const hook of manifest.fires) {
    if (hook === 'SessionEvent') continue;
    taps[hook] = (value: Record<string, unknown>, context: never) => {
      seen.push({ hook, value });
      return (more[hook] as ((value: unknown, context: unknown) => unknown) | undefined)?.(value, context);
    };
  }
  return { taps: taps as Taps, seen, names: () => seen.map(({ hook }) => hook) };
}

describe('the hooks of a prompt come in this order', () => {
  test('one answer', async () => {
    const { taps, names, seen } = recorder();
    const h = await program({ model: [say('hi')], taps });
    await h.prompt('hello');
    expect(names()).toEqual([
      'SessionStart',
      'UserPromptSubmit',
      'QueryStart',
      'TurnStart',
      'ModelResponse',
      'Stop',
      'QueryEnd',
    ]);
    const value = (hook: string) => seen.find((one) => one.hook === hook)?.value;
    expect(value('SessionStart')).toMatchObject({ source: 'startup', context: [], env: {} });
    expect(value('UserPromptSubmit')).toMatchObject({ text: 'hello', images: [], source: 'user', verdict: 'none' });
    expect(value('QueryStart')).toMatchObject({ prompt: 'hello', model: 'scripted', turnCount: 0, verdict: 'none' });
    expect(value('TurnStart')).toMatchObject({ turn: 1, system: [], tools: [], added: [] });
    expect(value('ModelResponse')).toMatchObject({
      stopReason: 'end_turn',
      message: { content: [{ type: 'text', text: 'hi' }] },
    });
    expect(value('Stop')).toMatchObject({ lastMessage: 'hi', active: false, verdict: 'stop' });
    expect(value('QueryEnd')).toMatchObject({ turns: 1, outcome: 'success', lastMessage: 'hi' });
    const session = await h.session();
    for (const one of seen) expect(one.value.session).toBe(session);
  });

  test('a tool that works and one that fails', async () => {
    const { taps, names, seen } = recorder();
    const tools = [echo('Good'), echo('Bad', { run: () => Promise.reject(new Error('no luck')) })];
    const h = await program({
      model: [[callTool('Good', { text: 'a' }), callTool('Bad', { text: 'b' })], say('done')],
      tools,
      taps,
    });
    await h.prompt('go');
    expect(names().slice(3)).toEqual([
      'TurnStart',
      'ModelResponse',
      'PreToolUse',
      'PostToolUse',
      'PreToolUse',
      'PostToolUseFailure',
      'PostToolBatch',
      'TurnStart',
      'ModelResponse',
      'Stop',
      'QueryEnd',
    ]);
    const value = (hook: string) => seen.find((one) => one.hook === hook)?.value;
    expect(value('PreToolUse')).toMatchObject({
      tool: 'Good',
      input: { text: 'a', times: 1 },
      verdict: 'none',
      reasons: [],
    });
    expect(value('PostToolUse')).toMatchObject({ tool: 'Good', input: { text: 'a' }, output: { content: 'Good: a' } });
    expect(value('PostToolUseFailure')).toMatchObject({ tool: 'Bad', error: 'no luck', interrupted: false });
    expect(value('PostToolBatch')).toMatchObject({
      outcomes: [
        { tool: 'Good', isError: false, content: 'Good: a' },
        { tool: 'Bad', isError: true, content: 'no luck' },
      ],
    });
  });

  test('a question, and a denial', async () => {
    const { taps, names, seen } = recorder();
    const h = await program({
      model: [callTool('Write', { text: 'a' }), say('ok')],
      tools: [echo('Write')],
      rules: () => ({ verdict: 'ask', reason: 'it writes', rule: 'Write', blockedPath: '/x' }),
      answers: { permission: 'deny' },
      taps,
    });
    await h.prompt('go');
    expect(names().slice(5, 10)).toEqual([
      'PreToolUse',
      'PermissionRequest',
      'Notification',
      'PermissionDenied',
      'PostToolBatch',
    ]);
    const value = (hook: string) => seen.find((one) => one.hook === hook)?.value;
    expect(value('PermissionRequest')).toMatchObject({
      tool: 'Write',
      reason: 'it writes',
      blockedPath: '/x',
      matchedRule: 'Write',
      suggestions: [],
    });
    expect(value('PermissionDenied')).toMatchObject({ tool: 'Write', reason: 'denied by the user' });
    expect(value('Notification')).toMatchObject({ kind: 'permission_prompt' });
  });

  test('a provider that fails for good', async () => {
    const { taps, names, seen } = recorder();
    const h = await program({ model: [fail(400, 'bad request')], taps });
    await h.prompt('go');
    expect(names().slice(3)).toEqual(['TurnStart', 'ModelError', 'StopFailure', 'QueryEnd']);
    expect(seen.at(-1)?.value).toMatchObject({ outcome: 'error' });
    expect(seen.at(-2)?.value).toMatchObject({ error: { status: 400, kind: 'invalid_request' } });
  });

  test('a provider that is tried again', async () => {
    const { taps, names, seen } = recorder();
    const h = await program({ model: [fail(529), say('hi')], taps });
    const run = await h.prompt('go');
    expect(names().slice(3)).toEqual(['TurnStart', 'ModelError', 'ModelResponse', 'Stop', 'QueryEnd']);
    expect(seen.find(({ hook }) => hook === 'ModelError')?.value).toMatchObject({
      attempt: 1,
      error: { kind: 'overloaded' },
    });
    expect(typesOf(run.events)).toContain('api_retry');
  });

  test('an interrupt of the stream', async () => {
    const { taps, names, seen } = recorder();
    const h = await program({ model: [[say('half'), stall(60_000), say('whole')]], taps });
    const session = await h.session();
    const sent = h.prompt('go');
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    await session.interrupt();
    const run = await sent;
    expect(names().slice(3)).toEqual(['TurnStart', 'QueryEnd']);
    expect(seen.at(-1)?.value).toMatchObject({ outcome: 'interrupted' });
    expect(run.result).toMatchObject({
      subtype: 'error_during_execution',
      isError: true,
      terminalReason: 'aborted_streaming',
    });
  });

  test('an interrupt of a tool', async () => {
    const { taps, names, seen } = recorder();
    const slow = echo('Slow', {
      run: (_input, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const h = await program({ model: [callTool('Slow', { text: 'a' })], tools: [slow], taps });
    const session = await h.session();
    const sent = h.prompt('go');
    await eventually(() => names().includes('PreToolUse'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await session.interrupt();
    const run = await sent;
    expect(names().slice(3)).toEqual(['TurnStart', 'ModelResponse', 'PreToolUse', 'PostToolUseFailure', 'QueryEnd']);
    expect(seen.find(({ hook }) => hook === 'PostToolUseFailure')?.value).toMatchObject({ interrupted: true });
    expect(run.result.terminalReason).toBe('aborted_tools');
  });

  test('model, folder and end of a session', async () => {
    const { taps, names, seen } = recorder();
    const h = await program({ taps });
    const session = await h.session();
    await session.setModel('scripted');
    await session.setCwd('/');
    await session.close('clear');
    expect(names()).toEqual(['SessionStart', 'CwdChanged', 'SessionEnd']);
    expect(seen[1]?.value).toMatchObject({ from: h.project.dir, to: '/' });
    expect(seen[2]?.value).toMatchObject({ reason: 'clear' });
  });
});

test('every hook that the manifest fires is one of the catalogue', () => {
  for (const hook of manifest.fires) expect(Object.keys(hookCatalog)).toContain(hook);
});

test('the events of a prompt with a question come in this order, numbered without gaps', async () => {
  const h = await program({
    model: [callTool('Write', { text: 'a' }), say('ok')],
    tools: [echo('Write')],
    rules: () => 'ask',
    answers: { permission: 'allow' },
  });
  const run = await h.prompt('go');
  expect(typesOf(run.events)).toEqual([
    'state',
    'init',
    'user',
    'assistant',
    'message',
    'state',
    'question',
    'question_closed',
    'state',
    'user',
    'assistant',
    'message',
    'result',
    'state',
  ]);
  expect(run.events.flatMap((one) => (one.type === 'state' ? [one.state] : []))).toEqual([
    'running',
    'requires_action',
    'running',
    'idle',
  ]);
  expect(run.events.map(({ seq }) => seq)).toEqual(run.events.map((_, index) => index + 1));
  expect(new Set(run.events.map(({ uuid }) => uuid)).size).toBe(run.events.length);
});

test('a batch tells the input of a call that no tool takes', async () => {
  const { taps, seen } = recorder();
  const h = await program({ model: [callTool('Nothing', { text: 'a' }), say('ok')], taps, strict: false });
  await h.prompt('go');
  const batch = seen.find((one) => one.hook === 'PostToolBatch')?.value;
  expect(batch).toMatchObject({ outcomes: [{ tool: 'Nothing', input: { text: 'a' }, isError: true }] });
});
