import { defineTool, type Extension, type HookName, Tools } from 'tenon/plugin-api';
import { callTool, createHarness, fail, type Harness, type HarnessOptions, say, stall } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { extension } from './start-kernel.ts';

/** Hooks that a loop fires, but for SessionEvent, which has its own order. */
const HOOKS = [
  'SessionStart',
  'SessionEnd',
  'UserPromptSubmit',
  'QueryStart',
  'TurnStart',
  'ModelResponse',
  'ModelError',
  'PreToolUse',
  'PermissionRequest',
  'PermissionDenied',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'Stop',
  'StopFailure',
  'QueryEnd',
] as const satisfies readonly HookName[];

interface Fired {
  readonly hook: (typeof HOOKS)[number];
  readonly value: Record<string, unknown>;
}

/** An extension that notes every hook in the order of firing, and a tool `Work`. */
function watcher() {
  const fired: Fired[] = [];
  const watches: Extension = extension('watcher', { taps: HOOKS, contributes: { tools: ['Work'] } }, (api) => {
    for (const hook of HOOKS) {
      const handle = api.hooks[hook] as unknown as { tap(fn: (value: Fired['value']) => undefined): void };
      handle.tap((value) => {
        fired.push({ hook, value });
        return undefined;
      });
    }
    const work = defineTool<{ readonly how?: string }>({
      name: 'Work',
      description: 'works',
      input: { type: 'object', properties: { how: { type: 'string' } } },
      async run({ how }, { signal }) {
        if (how === 'throw') throw new Error('broken');
        if (how === 'forever') await new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
        return 'worked';
      },
    });
    api.add(Tools, work);
  });
  return { fired, watches, names: () => fired.map(({ hook }) => hook) };
}

const start = async (options: HarnessOptions) => {
  const seen = watcher();
  const { extensions = [], ...rest } = options;
  const h = await createHarness({ permissions: 'allow-all', ...rest, extensions: [seen.watches, ...extensions] });
  return { ...seen, h };
};
const eventTypes = (h: Harness) =>
  h.events.flatMap(({ type }) => (type === 'stream_event' || type === 'state' ? [] : [type]));

test('a prompt without tools', async () => {
  const { h, names } = await start({ model: [say('hello')] });
  await h.prompt('hi');
  await h.dispose();
  expect(names()).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'QueryStart',
    'TurnStart',
    'ModelResponse',
    'Stop',
    'QueryEnd',
    'SessionEnd',
  ]);
  expect(eventTypes(h)).toEqual(['init', 'user', 'assistant', 'message', 'result']);
});

test('a prompt with a call: every turn and every call has its hooks, the batch comes last', async () => {
  const { h, names, fired } = await start({
    model: [[callTool('Work', {}, 'one')], [callTool('Work', { how: 'throw' }, 'two')], say('done')],
  });
  await h.prompt('go');
  await h.dispose();
  const turn = ['TurnStart', 'ModelResponse'];
  expect(names()).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'QueryStart',
    ...[...turn, 'PreToolUse', 'PostToolUse', 'PostToolBatch'],
    ...[...turn, 'PreToolUse', 'PostToolUseFailure', 'PostToolBatch'],
    ...turn,
    'Stop',
    'QueryEnd',
    'SessionEnd',
  ]);
  const value = (hook: Fired['hook'], at = 0) => fired.filter((one) => one.hook === hook)[at]?.value;
  const session = expect.objectContaining({ id: expect.any(String), cwd: h.project.dir });
  expect(value('SessionStart')).toMatchObject({ session, source: 'startup', context: [], env: {} });
  expect(value('UserPromptSubmit')).toMatchObject({ session, text: 'go', source: 'user', verdict: 'none' });
  expect(value('QueryStart')).toMatchObject({ session, prompt: 'go', model: 'scripted', verdict: 'none' });
  expect(value('TurnStart')).toMatchObject({ turn: 1, added: [], tools: [expect.objectContaining({ name: 'Work' })] });
  expect(value('TurnStart', 2)).toMatchObject({ turn: 3 });
  expect(value('ModelResponse')).toMatchObject({ stopReason: 'tool_use', ms: expect.any(Number) });
  expect(value('PreToolUse')).toMatchObject({ id: 'one', tool: 'Work', input: {}, verdict: 'none', reasons: [] });
  expect(value('PostToolUse')).toMatchObject({ id: 'one', tool: 'Work', output: { content: 'worked' } });
  expect(value('PostToolUseFailure')).toMatchObject({
    id: 'two',
    error: expect.stringContaining('broken'),
    interrupted: false,
  });
  expect(value('PostToolBatch')).toMatchObject({
    outcomes: [{ id: 'one', tool: 'Work', isError: false, content: 'worked' }],
  });
  expect(value('Stop')).toMatchObject({ lastMessage: 'done', active: false, verdict: 'stop' });
  expect(value('QueryEnd')).toMatchObject({ turns: 3, outcome: 'success', lastMessage: 'done' });
  expect(value('SessionEnd')).toMatchObject({ reason: 'other' });
});

test('a call that is asked about and denied does not run', async () => {
  const asks = extension('asks', { taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'ask', reason: 'really?' }));
  });
  const { h, names, fired } = await start({
    extensions: [asks],
    answers: { permission: 'deny' },
    model: [callTool('Work'), say('fine')],
  });
  const run = await h.prompt('go');
  expect(names().slice(4, 9)).toEqual([
    'ModelResponse',
    'PreToolUse',
    'PermissionRequest',
    'PermissionDenied',
    'PostToolBatch',
  ]);
  expect(fired.find(({ hook }) => hook === 'PermissionRequest')?.value).toMatchObject({
    tool: 'Work',
    reason: 'really?',
  });
  expect(run.result.permissionDenials).toMatchObject([{ toolName: 'Work' }]);
  expect(eventTypes(h)).toEqual(expect.arrayContaining(['question', 'question_closed', 'permission_denied']));
});

test('a PermissionRequest tap answers in the place of the user, who is then not asked', async () => {
  const decides = extension('decides', { taps: ['PreToolUse', 'PermissionRequest'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'ask', reason: 'really?' }));
    api.hooks.PermissionRequest.tap(() => ({ verdict: 'allow' }));
  });
  const { h } = await start({
    extensions: [decides],
    answers: { permission: 'deny' },
    model: [callTool('Work'), say('ok')],
  });
  expect((await h.prompt('go')).calls('Work')).toMatchObject([{ verdict: 'allow', result: 'worked' }]);
  expect(h.questions).toEqual([]);
});

test('a denied prompt reaches no model', async () => {
  const denies = extension('denies', { taps: ['UserPromptSubmit'] }, (api) => {
    api.hooks.UserPromptSubmit.tap(() => ({ verdict: 'deny', reason: 'not today' }));
  });
  const { h, names } = await start({ extensions: [denies] });
  const run = await h.prompt('hi');
  expect(run.requests).toEqual([]);
  expect(JSON.stringify(run.events)).toContain('not today');
  expect(names()).not.toContain('TurnStart');
});

test('`go-on` gives the model its reason and another turn', async () => {
  const persistent = extension('persistent', { taps: ['Stop'] }, (api) => {
    api.hooks.Stop.tap(({ active }) => (active ? undefined : { verdict: 'go-on', reason: 'the tests fail' }));
  });
  const { h, fired } = await start({ extensions: [persistent], model: [say('done?'), say('done!')] });
  const run = await h.prompt('go');
  expect(run.text).toBe('done!');
  expect(run.requests[1]?.prompt).toContain('the tests fail');
  expect(fired.filter(({ hook }) => hook === 'Stop').map(({ value }) => value.active)).toEqual([false, true]);
});

test('a PostToolBatch denial ends the loop after the batch', async () => {
  const ends = extension('ends', { taps: ['PostToolBatch'] }, (api) => {
    api.hooks.PostToolBatch.tap(() => ({ verdict: 'deny', reason: 'enough' }));
  });
  const { h } = await start({ extensions: [ends], model: [callTool('Work')] });
  const run = await h.prompt('go');
  expect(run.requests).toHaveLength(1);
  expect(run.calls('Work')).toMatchObject([{ result: 'worked' }]);
});

test('context that taps add reaches the model', async () => {
  const adds = extension('adds', { taps: ['SessionStart', 'UserPromptSubmit', 'PostToolUse'] }, (api) => {
    api.hooks.SessionStart.tap(() => ({ context: 'from SessionStart' }));
    api.hooks.UserPromptSubmit.tap(() => ({ context: 'from UserPromptSubmit' }));
    api.hooks.PostToolUse.tap(() => ({ context: 'from PostToolUse' }));
  });
  const { h } = await start({ extensions: [adds], model: [callTool('Work'), say('ok')] });
  const run = await h.prompt('go');
  const sent = run.requests.map(({ messages }) => JSON.stringify(messages));
  expect(sent[0]).toMatch(/from SessionStart.*from UserPromptSubmit/s);
  expect(sent[0]).not.toContain('from PostToolUse');
  expect(sent[1]).toContain('from PostToolUse');
  // earlier bytes never change, or the provider's cache is of no use
  expect(sent[1]?.startsWith(sent[0]?.slice(0, -1) ?? '?')).toBe(true);
});

describe('an interrupt', () => {
  const interruptWhen = async (h: Harness, ready: () => boolean) => {
    const running = h.prompt('go');
    await expect.poll(ready).toBe(true);
    await (await h.session()).interrupt();
    return running;
  };

  test('while the model answers: no Stop, but QueryEnd', async () => {
    const { h, names, fired } = await start({ model: [[say('half'), stall(60_000), say('never')]] });
    const run = await interruptWhen(h, () => h.events.some(({ type }) => type === 'assistant'));
    expect(run.result).toMatchObject({ isError: true });
    expect(names().slice(0, 4)).toEqual(['SessionStart', 'UserPromptSubmit', 'QueryStart', 'TurnStart']);
    expect(names()).not.toContain('Stop');
    expect(fired.at(-1)).toMatchObject({ hook: 'QueryEnd', value: { outcome: 'interrupted' } });
  });

  test('while a tool runs: its signal aborts, and the model finds a result for the call later', async () => {
    const { h, fired } = await start({ model: [callTool('Work', { how: 'forever' }, 'one'), say('again')] });
    await interruptWhen(h, () => fired.some(({ hook }) => hook === 'PreToolUse'));
    expect(fired.find(({ hook }) => hook === 'PostToolUseFailure')?.value).toMatchObject({
      id: 'one',
      interrupted: true,
    });
    expect(fired.at(-1)).toMatchObject({ hook: 'QueryEnd', value: { outcome: 'interrupted' } });
    const run = await h.prompt('and now?');
    expect(run.text).toBe('again');
    expect(run.requests[0]?.toolResults).toMatchObject([{ id: 'one', isError: true }]);
  });

  test('while the user is asked: the question is withdrawn', async () => {
    const asks = extension('asks', { taps: ['PreToolUse'] }, (api) => {
      api.hooks.PreToolUse.tap(() => ({ verdict: 'ask', reason: 'really?' }));
    });
    let withdrawn = false;
    const { h, fired } = await start({
      extensions: [asks],
      answers: {
        permission: (_question, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              withdrawn = true;
              resolve(undefined);
            });
          }),
      },
      model: [callTool('Work')],
    });
    await interruptWhen(h, () => h.questions.length === 1);
    expect(withdrawn).toBe(true);
    expect(fired.some(({ hook }) => hook === 'PostToolUse')).toBe(false);
    expect(eventTypes(h)).toContain('question_closed');
  });
});

describe('a failing model', () => {
  test('a retry: ModelError before it, and the answer counts', async () => {
    const { h, names } = await start({ model: [fail(529), say('ok')] });
    expect((await h.prompt('go')).text).toBe('ok');
    expect(names().slice(3, 6)).toEqual(['TurnStart', 'ModelError', 'ModelResponse']);
  });

  test('the end: StopFailure in the place of Stop', async () => {
    const { h, names, fired } = await start({ model: [fail(400, 'no')] });
    await h.prompt('go');
    expect(names()).not.toContain('Stop');
    expect(names().slice(-2).sort()).toEqual(['QueryEnd', 'StopFailure']);
    expect(fired.find(({ hook }) => hook === 'QueryEnd')?.value).toMatchObject({ outcome: 'error' });
  });
});

test('events are numbered without gaps, each given once', async () => {
  const { h } = await start({ model: [callTool('Work'), say('ok')] });
  await h.prompt('go');
  const seqs = h.events.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});
