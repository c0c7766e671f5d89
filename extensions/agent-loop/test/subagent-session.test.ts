import { type JsonObject, Loop, type OpenOptions, type Session, type SessionRef, type Tool } from 'tenon/plugin-api';
import { callTool, type Harness, say, stall } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { echo, eventually, program, rawModel, type Taps, textAnswer } from './program.ts';

const AGENT = { id: 'a1', type: 'helper' };

/** A tool that has its work done by a session below its own. */
function delegate(h: () => Harness, more: Partial<OpenOptions> = {}, seen: Session[] = []): Tool<JsonObject> {
  return echo('Agent', {
    run: async (input, { session, id }) => {
      const loop = await h().kernel.use(Loop);
      const child = await loop.open({
        cwd: session.cwd,
        parent: session,
        agent: AGENT,
        parentToolUseId: id,
        ...more,
      });
      seen.push(child);
      const { result } = await child.send({ content: String(input.text) });
      await child.close('other');
      return result;
    },
  });
}

async function withAgent(
  options: Parameters<typeof program>[0] & { readonly child?: Partial<OpenOptions> } = {},
): Promise<{ readonly h: Harness; readonly children: Session[] }> {
  const { child, tools = [], ...rest } = options;
  const children: Session[] = [];
  const h: Harness = await program({ ...rest, tools: [...tools, delegate(() => h, child, children)] });
  return { h, children };
}

const script = [callTool('Agent', { text: 'look' }, 'call_1'), say('found it'), say('done')];

describe('the session of a subagent', () => {
  test('works within its parent: its events are in the same list, marked', async () => {
    const { h, children } = await withAgent({ model: script });
    const run = await h.prompt('go');
    expect(run.text).toBe('done');
    expect(run.calls('Agent')[0]?.result).toBe('found it');
    const parent = await h.session();
    const child = children[0]!;
    expect(child.parent).toBe(parent);
    expect(child.agent).toBe(AGENT);
    expect([child.model, child.permissionMode]).toEqual([parent.model, 'default']);
    expect(child.id).not.toBe(parent.id);
    for (const event of run.events) expect(event.sessionId).toBe(parent.id);
    expect(h.events.map(({ seq }) => seq)).toEqual(h.events.map((_, index) => index + 1));
    const own = run.events.filter(({ agentId }) => agentId === 'a1');
    expect(own.filter(({ type }) => type !== 'stream_event').map(({ type }) => type)).toEqual([
      'init',
      'user',
      'assistant',
      'message',
      'result',
    ]);
    for (const event of own) expect(event.parentToolUseId).toBe('call_1');
    for (const event of run.events) if (event.agentId === undefined) expect(event.parentToolUseId).toBeNull();
    expect(run.events.filter(({ type }) => type === 'state').map((event) => event.agentId)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('is found by its id while it is open, and is not among the sessions', async () => {
    const { h } = await withAgent();
    const parent = await h.session();
    const loop = await h.kernel.use(Loop);
    const child = await loop.open({ cwd: parent.cwd, parent });
    expect(loop.get(child.id)).toBe(child);
    expect(loop.sessions()).toEqual([parent]);
    await parent.close('other');
    expect(loop.get(child.id)).toBeUndefined();
    await expect(child.send({ content: 'x' })).rejects.toThrow('is closed');
    await expect(loop.open({ cwd: parent.cwd, parent })).rejects.toThrow('is not open');
  });

  test('fires the hooks of its requests and calls, and none of those that are about the user', async () => {
    const seen: [string, boolean, string | undefined][] = [];
    const names = ['SessionStart', 'SessionEnd', 'UserPromptSubmit', 'QueryStart', 'TurnStart', 'Stop', 'QueryEnd'];
    const prompts: (string | undefined)[] = [];
    const taps = Object.fromEntries(
      [...names, 'PreToolUse'].map((name) => [
        name,
        ({ session, tool }: { session: SessionRef; tool?: string }) => {
          prompts.push(session.promptId);
          seen.push([tool ?? name, session.parent !== undefined, session.agent?.type]);
        },
      ]),
    ) as Taps;
    const { h } = await withAgent({
      model: [callTool('Agent', { text: 'look' }), callTool('Echo', { text: 'a' }), say('found it'), say('done')],
      tools: [echo('Echo')],
      taps,
    });
    await h.prompt('go');
    expect(seen).toEqual([
      ['SessionStart', false, undefined],
      ['UserPromptSubmit', false, undefined],
      ['QueryStart', false, undefined],
      ['TurnStart', false, undefined],
      ['Agent', false, undefined],
      ['QueryStart', true, 'helper'],
      ['TurnStart', true, 'helper'],
      ['Echo', true, 'helper'],
      ['TurnStart', true, 'helper'],
      ['QueryEnd', true, 'helper'],
      ['TurnStart', false, undefined],
      ['Stop', false, undefined],
      ['QueryEnd', false, undefined],
    ]);
    // one prompt of the user, whoever works on it
    expect(new Set(prompts.slice(1)).size).toBe(1);
  });

  test('counts for its parent, budget included', async () => {
    const model = rawModel(async function* () {
      yield textAnswer('ok');
    });
    const { h } = await withAgent({ extensions: [model], session: { model: 'raw', maxBudgetUsd: 0.00003 } });
    const parent = await h.session();
    const loop = await h.kernel.use(Loop);
    const child = await loop.open({ cwd: parent.cwd, parent, agent: AGENT });
    expect((await child.send({ content: 'a' })).totalCostUsd).toBeCloseTo(0.00002, 10);
    const own = await h.prompt('b');
    expect(own.result.totalCostUsd).toBeCloseTo(0.00004, 10);
    expect(own.result.modelUsage).toMatchObject({ 'raw-1': { inputTokens: 20, outputTokens: 10 } });
    expect(own.result.usage).toMatchObject({ input_tokens: 10 });
    expect((await child.send({ content: 'c' })).subtype).toBe('error_max_budget_usd');
  });

  test('is offered no tool that its parent is not', async () => {
    const tools = ['Read', 'Write', 'Bash', 'mcp__x__y'].map((name) => echo(name));
    const { h } = await withAgent({
      model: script,
      tools,
      session: { tools: ['Read', 'Bash', 'Agent'] },
      child: { tools: ['Read', 'Write'], offersTool: (name) => name !== 'mcp__x__y' },
    });
    const run = await h.prompt('go');
    expect(run.requests.map((request) => request.tools.map(({ name }) => name))).toEqual([
      ['Read', 'Bash', 'mcp__x__y', 'Agent'],
      ['Read'],
      ['Read', 'Bash', 'mcp__x__y', 'Agent'],
    ]);
  });

  test('follows the mode of its parent unless it was given one', async () => {
    const { h } = await withAgent();
    const parent = await h.session();
    const loop = await h.kernel.use(Loop);
    const follows = await loop.open({ cwd: parent.cwd, parent });
    const plans = await loop.open({ cwd: parent.cwd, parent, permissionMode: 'plan' });
    await parent.setPermissionMode('acceptEdits');
    expect([follows.permissionMode, plans.permissionMode]).toEqual(['acceptEdits', 'plan']);
  });

  test('begins where its parent began, unless it works elsewhere', async () => {
    const { h } = await withAgent({ files: { 'src/a': '' } });
    const parent = await h.session();
    const loop = await h.kernel.use(Loop);
    const below = await loop.open({ cwd: `${parent.root}/src`, parent });
    const elsewhere = await loop.open({ cwd: h.home.dir, parent });
    expect([below.root, below.cwd, elsewhere.root]).toEqual([parent.root, `${parent.root}/src`, h.home.dir]);
  });

  test('starts with the conversation that it is given', async () => {
    const { h } = await withAgent({
      model: [callTool('Agent', { text: 'look' }), say('found it'), say('done')],
      child: {
        messages: [
          { role: 'user', content: 'before' },
          { role: 'assistant', content: 'yes' },
        ],
      },
    });
    const run = await h.prompt('go');
    expect(run.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });
});

describe('a question of a subagent', () => {
  test('goes to the surfaces of its parent, who answers it, and the mode is that of all', async () => {
    const { h } = await withAgent({
      model: [callTool('Agent', { text: 'look' }), callTool('Echo', { text: 'a' }), say('found it'), say('done')],
      tools: [echo('Echo')],
      rules: (call) => (call.tool === 'Echo' ? 'ask' : 'allow'),
      answers: {
        permission: () => ({
          verdict: 'allow',
          rules: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
        }),
      },
    });
    const run = await h.prompt('go');
    expect(h.questions).toMatchObject([{ tool: 'Echo', agentId: 'a1' }]);
    expect(run.calls('Echo')[0]).toMatchObject({ verdict: 'allow', decidedBy: 'user' });
    expect((await h.session()).permissionMode).toBe('acceptEdits');
    expect(run.events.flatMap((event) => (event.type === 'state' ? [event.state] : []))).toEqual([
      'running',
      'requires_action',
      'running',
      'idle',
    ]);
  });
});

describe('an end from outside', () => {
  test('an interrupt of the parent stops the subagent as well', async () => {
    const { h, children } = await withAgent({
      model: [callTool('Agent', { text: 'look' }), [say('thinking'), stall(60_000)]],
    });
    const sent = h.prompt('go');
    await eventually(() => h.events.some(({ type, agentId }) => type === 'assistant' && agentId === 'a1'));
    await (await h.session()).interrupt();
    expect((await sent).result).toMatchObject({ terminalReason: 'aborted_tools' });
    const own = h.events.filter(({ agentId, type }) => agentId === 'a1' && type === 'result');
    expect(own).toMatchObject([{ subtype: 'error_during_execution', isError: true }]);
    expect(children).toHaveLength(1);
  });

  test('one with a signal of its own goes on after that, and ends with its parent', async () => {
    const background = new AbortController();
    const { h } = await withAgent({ model: [[say('thinking'), stall(60_000)]] });
    const parent = await h.session();
    const loop = await h.kernel.use(Loop);
    const child = await loop.open({ cwd: parent.cwd, parent, agent: AGENT, signal: background.signal });
    const sent = child.send({ content: 'work' });
    await eventually(() => h.events.some(({ type }) => type === 'assistant'));
    await parent.interrupt();
    expect(child.status).toBe('running');
    expect(parent.status).toBe('idle');
    await parent.close('other');
    expect((await sent).isError).toBe(true);
  });

  test('a signal that has aborted lets nothing begin', async () => {
    const { h } = await withAgent();
    const parent = await h.session();
    const loop = await h.kernel.use(Loop);
    const child = await loop.open({ cwd: parent.cwd, parent, signal: AbortSignal.abort() });
    expect((await child.send({ content: 'work' })).terminalReason).toBe('aborted_streaming');
  });
});

test('a change at the boundary waits for the turn of the parent, not for ever', async () => {
  const log: string[] = [];
  const { h } = await withAgent({
    model: [callTool('Agent', { text: 'look' }), callTool('Echo', { text: 'a' }), say('found it'), say('done')],
    tools: [
      echo('Echo', {
        run: async () => {
          const loop = await h.kernel.use(Loop);
          void loop.atBoundary(() => void log.push('changed'));
          return 'x';
        },
      }),
    ],
    taps: { TurnStart: ({ session, turn }) => void log.push(`${session.parent ? 'child' : 'parent'} ${turn}`) },
  });
  expect((await h.prompt('go')).text).toBe('done');
  expect(log).toEqual(['parent 1', 'child 1', 'child 2', 'changed', 'parent 2']);
});

test.each([
  [{ resume: 'latest' }, 'does not resume another'],
  [{ model: 'gpt' }, 'no provider for the model "gpt"'],
])('one that makes no sense is refused: %o', async (options, message) => {
  const { h } = await withAgent();
  await expect(h.open({ parent: await h.session(), ...options })).rejects.toThrow(message);
});
