import type { JsonObject } from 'tenon/plugin-api';
import { Subagents } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { agent, program, systemOf, textsOf, toolsOf } from './program.ts';

const call = (input: object = {}) =>
  callTool('Agent', { description: 'look around', prompt: 'find it', run_in_background: false, ...input });

const reviewer = { description: 'reviews changes', prompt: 'You are the reviewer.' };

async function described(options: Parameters<typeof program>[0]): Promise<string> {
  const h = await program({ ...options, model: [say('done')] });
  const run = await h.prompt('go');
  return run.requests[0]?.tools.find(({ name }) => name === 'Agent')?.description ?? '';
}
const names = (description: string) => [...description.matchAll(/^- (\S+):/gm)].map(([, name]) => name);

describe('the list that the model reads', () => {
  test('holds the agents of the point, of the session, and those that are always there', async () => {
    const description = await described({
      agents: [agent('acme:tester', { description: 'tests\n  things' })],
      session: { agents: { reviewer } },
    });
    expect(names(description)).toEqual(['reviewer', 'acme:tester', 'general-purpose', 'Explore', 'Plan']);
    expect(description).toContain('- acme:tester: tests things\n');
  });

  test('one of the user takes the place of a built-in one; one of the caller that of both, but of none that is managed', async () => {
    const description = await described({
      agents: [
        agent('Explore', { description: 'mine' }),
        agent('b', { description: 'managed', origin: { kind: 'managed', trusted: true } }),
      ],
      session: { agents: { Plan: reviewer, b: reviewer } },
    });
    expect(description).toContain('- Explore: mine');
    expect(description).toContain('- Plan: reviews changes');
    expect(description).toContain('- b: managed');
  });

  test('is bounded', async () => {
    const agents = Array.from({ length: 200 }, (_, at) => agent(`agent-${at}`, { description: 'word '.repeat(200) }));
    const description = await described({ agents });
    expect(description.length).toBeLessThan(10_000);
    expect(description).toMatch(/\n- also: agent-\d+, /);
  });

  test('the list is that of the init event, and the same in every request', async () => {
    const h = await program({ agents: [agent('worker')], model: [say('a'), say('b')] });
    const first = await h.prompt('go');
    expect(first.events.find(({ type }) => type === 'init')).toMatchObject({
      extra: { agents: ['worker', 'general-purpose', 'Explore', 'Plan'] },
    });
    const second = await h.prompt('go on');
    expect(JSON.stringify(second.requests[0]?.tools)).toBe(JSON.stringify(first.requests[0]?.tools));
  });

  test.each(['Agent(Explore)', 'Task(Explore)'])('a rule such as %s takes one away', async (rule) => {
    const h = await program({
      permissions: 'rules',
      config: { permissions: { deny: [rule, 'Agent(Plan)'] } },
      model: [[call({ subagent_type: 'Explore' }), call({ subagent_type: 'explore' })], say('done')],
    });
    const run = await h.prompt('go');
    const tool = run.requests[0]?.tools.find(({ name }) => name === 'Agent');
    expect(names(tool?.description ?? '')).toEqual(['general-purpose']);
    const [denied, other] = run.calls('Agent');
    expect(denied).toMatchObject({ verdict: 'deny', decidedBy: 'rule' });
    expect(other?.result).toBe('Agents of the type Explore are denied by a permission rule');
    const subagents = await h.kernel.use(Subagents);
    expect((await subagents.list(await h.session())).map(({ name }) => name)).toEqual(['general-purpose']);
  });

  test('without any agent that may be started there is no tool', async () => {
    const h = await program({
      permissions: 'rules',
      config: { permissions: { deny: ['Agent(Explore)', 'Agent(Plan)', 'Agent(general-purpose)'] } },
      model: [say('done')],
    });
    const run = await h.prompt('go');
    expect(toolsOf(run.requests[0]!)).not.toContain('Agent');
  });
});

describe('agents of the caller', () => {
  test('are started with what they define', async () => {
    const h = await program({
      session: { agents: { reviewer: { ...reviewer, tools: 'Read, Bash', model: 'small', maxTurns: 3 } } },
      model: [call({ subagent_type: 'reviewer' }), say('report'), say('done')],
    });
    const run = await h.prompt('go');
    expect(run.requests[1]?.model).toBe('small');
    expect(toolsOf(run.requests[1]!)).toEqual(['Read', 'Bash']);
    expect(systemOf(run.requests[1]!)).toContain('You are the reviewer.');
  });

  test('can be added to a session that is open, and taken back', async () => {
    const h = await program({ model: [say('a'), say('b'), say('c')] });
    const session = await h.session();
    const listed = async () => {
      const run = await h.prompt('go');
      return names(run.requests[0]?.tools.find(({ name }) => name === 'Agent')?.description ?? '');
    };
    expect(await listed()).not.toContain('reviewer');
    const defined = (await h.kernel.use(Subagents)).define(session, { reviewer });
    expect(await listed()).toContain('reviewer');
    await defined.dispose();
    expect(await listed()).not.toContain('reviewer');
  });

  const bad: readonly (readonly [JsonObject, string])[] = [
    [{ x: 'text' }, 'expected an object with "description" and "prompt"'],
    [{ x: { prompt: 'p' } }, '"description" must be a text that says when to use it, got nothing'],
    [{ x: { description: 'd' } }, '"prompt" must be a text: its system prompt, got nothing'],
    [{ x: { ...reviewer, tools: 7 } }, '"tools" must be a list of names, got 7'],
    [{ x: { ...reviewer, maxTurns: 0 } }, '"maxTurns" must be a whole number of at least 1, got 0'],
    [{ x: { ...reviewer, permissionMode: 'all' } }, '"permissionMode" must be one of default, '],
    [{ x: { ...reviewer, isolation: 'vm' } }, '"isolation" must be one of worktree, got "vm"'],
    [{ x: { ...reviewer, background: 'yes' } }, '"background" must be true or false, got "yes"'],
    [{ 'a:b': reviewer }, 'cannot be the name of an agent'],
  ];
  test.each(bad)('nonsense is refused by name: %j', async (agents, message) => {
    const h = await program({ session: { agents }, model: [] });
    const error = await h.session().catch((caught: Error) => caught);
    expect(error).toMatchObject({ name: 'UsageError', message: expect.stringContaining(message) });
    expect((error as Error).message).toMatch(/^--agents: "(x|a:b)"/);
  });

  test('a field that is not known is said and passed over', async () => {
    const h = await program({
      session: { agents: { x: { ...reviewer, maxTurn: 3 } } },
      model: [say('done')],
      expectDiagnostics: [/"x": the field "maxTurn" is not known; is maxTurns meant\?/],
    });
    expect((await h.prompt('go')).text).toBe('done');
  });
});

describe('a session that is an agent itself', () => {
  const lead = agent('lead', {
    tools: ['Read', 'Agent(worker, Explore)'],
    model: 'large',
    initialPrompt: 'Greet first.',
    prompt: async () => 'You lead.',
  });
  const worker = agent('worker', { tools: ['Bash'] });

  test('has its prompt, model and tools, and those of its agents are their own', async () => {
    const h = await program({
      agents: [lead, worker, agent('other')],
      session: { mainAgent: 'lead', model: undefined } as never,
      model: [call({ subagent_type: 'worker' }), say('report'), call({ subagent_type: 'other' }), say('done')],
    });
    const run = await h.prompt('go');
    const [own, below] = run.requests;
    expect(own?.model).toBe('large');
    expect(systemOf(own!)).toBe('You lead.');
    expect(textsOf(own!)).toBe('Greet first.\ngo');
    expect(toolsOf(own!)).toEqual(['Read', 'Agent']);
    expect(names(own?.tools[1]?.description ?? '')).toEqual(['worker', 'Explore']);
    expect(toolsOf(below!)).toEqual(['Bash']);
    expect(run.calls('Agent')[1]?.result).toBe(
      'Agents of the type other may not be started here. These may: worker, Explore',
    );
    const again = await h.open({ mainAgent: 'lead', systemPrompt: 'Mine.', model: 'small' });
    expect(again.model).toBe('small');
  });

  test('the setting `agent` does the same', async () => {
    const h = await program({
      agents: [agent('lead', { prompt: async () => 'You lead.' })],
      config: { agent: 'lead' },
      model: [say('done')],
    });
    const run = await h.prompt('go');
    expect(systemOf(run.requests[0]!)).toBe('You lead.');
  });

  test('one that does not exist is a mistake of the call', async () => {
    const h = await program({ agents: [lead], model: [] });
    const error = await h.open({ mainAgent: 'laed' }).catch((caught: Error) => caught);
    expect(error).toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('there is no such agent. Did you mean lead? There are: lead, general-purpose'),
    });
  });
});

test('--append-subagent-system-prompt comes after the prompt of every agent', async () => {
  const h = await program({
    flags: { 'append-subagent-system-prompt': 'Speak French.' },
    model: [call(), say('oui'), say('done')],
  });
  const run = await h.prompt('go');
  expect(systemOf(run.requests[1]!)).toMatch(/# How you report[\s\S]*\nSpeak French\.$/);
  expect(systemOf(run.requests[0]!)).not.toContain('French');
});

test('the old name of the tool works', async () => {
  const h = await program({
    session: { tools: ['Task', 'Read'] },
    // the kit would take the name for a mistake
    strict: false,
    model: [callTool('Task', { description: 'd', prompt: 'p', run_in_background: false }), say('report'), say('done')],
  });
  const run = await h.prompt('go');
  expect(toolsOf(run.requests[0]!)).toEqual(['Read', 'Agent']);
  expect(run.calls()[0]).toMatchObject({ name: 'Task', isError: false, result: expect.stringMatching(/^report/) });
});
