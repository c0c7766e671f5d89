import type { AgentDefinition } from 'tenon/plugin-api';
import { callTool, fail, say, stall } from 'tenon/test-kit';
import { describe, expect, test, vi } from 'vitest';
import { agent, answers, program, systemOf, textsOf, toolsOf } from './program.ts';

const call = (input: object = {}, id = 'call_1') =>
  callTool('Agent', { description: 'look around', prompt: 'find it', run_in_background: false, ...input }, id);

describe('an agent that is waited for', () => {
  test('works in a session of its own and gives its last answer', async () => {
    const h = await program({
      files: { 'a.txt': 'hidden' },
      model: [call(), callTool('Read', { file_path: 'a.txt' }), say('It is in a.txt.'), say('done')],
    });
    const run = await h.prompt('go');
    const [done] = run.calls('Agent');
    expect(done).toMatchObject({ isError: false, verdict: 'allow' });
    expect(done?.result).toMatch(/^It is in a\.txt\.agentId: a[0-9a-f]{16} \(SendMessage/);
    const results = run.events.filter((event) => event.type === 'user' && event.toolUseResult !== undefined);
    expect(results.at(-1)).toMatchObject({
      toolUseResult: {
        status: 'completed',
        agentType: 'general-purpose',
        prompt: 'find it',
        content: [{ type: 'text', text: 'It is in a.txt.' }],
        totalToolUseCount: 1,
        totalTokens: expect.any(Number),
        totalDurationMs: expect.any(Number),
        usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      },
    });
    const [, first] = run.requests;
    expect(textsOf(first!)).toBe('find it');
    expect(systemOf(first!)).toContain('one piece of work for another agent');
    expect(systemOf(first!)).toContain('# How you report');
    expect(run.text).toBe('done');
  });

  test('its events are in the list of its session, marked', async () => {
    const h = await program({ model: [call(), callTool('Bash', { command: 'true' }), say('found'), say('done')] });
    const run = await h.prompt('go');
    const own = run.events.filter(({ agentId }) => agentId !== undefined);
    expect(own.length).toBeGreaterThan(4);
    for (const event of own) {
      expect(event).toMatchObject({
        parentToolUseId: 'call_1',
        agentType: 'general-purpose',
        taskDescription: 'look around',
      });
    }
    const tasks = run.events.filter(({ type }) => type.startsWith('task_'));
    expect(tasks).toMatchObject([
      { type: 'task_started', taskType: 'local_agent', isBackgrounded: false, toolUseId: 'call_1', prompt: 'find it' },
      { type: 'task_progress', usage: { toolUses: 1 }, lastToolName: 'Bash' },
      { type: 'task_updated', patch: { status: 'completed' } },
    ]);
  });

  test('several in one answer work side by side', async () => {
    let atOnce = 0;
    let most = 0;
    const h = await program({
      model: answers(5, (request, text) => {
        if (text === 'go' && request.messages.length === 1) {
          return ['one', 'two', 'three'].map((prompt, at) => call({ prompt }, `call_${at}`));
        }
        if (request.messages.length > 1) return say('done');
        atOnce++;
        most = Math.max(most, atOnce);
        setTimeout(() => atOnce--, 200);
        return [stall(200), say(`did ${text}`)];
      }),
    });
    const run = await h.prompt('go');
    expect(run.calls('Agent').map(({ result }) => result?.split('agentId')[0])).toEqual([
      'did one',
      'did two',
      'did three',
    ]);
    expect(most).toBe(3);
  });

  test('an interrupt of its session stops it', async () => {
    const h = await program({ model: [call(), [say('hm'), stall(60_000)]] });
    const sent = h.prompt('go');
    await vi.waitFor(() => expect(h.events.some(({ agentId, type }) => agentId && type === 'assistant')).toBe(true));
    await (await h.session()).interrupt();
    expect((await sent).result).toMatchObject({ terminalReason: 'aborted_tools' });
    expect(h.events.filter(({ type }) => type === 'task_updated')).toMatchObject([{ patch: { status: 'killed' } }]);
  });
});

describe('an agent that does not finish', () => {
  test('one that took all of its requests says so, with what it said last', async () => {
    const h = await program({
      agents: [agent('looker', { maxTurns: 1 })],
      model: [call({ subagent_type: 'looker' }), [say('half way'), callTool('Bash', { command: 'true' })], say('ok')],
    });
    const run = await h.prompt('go');
    expect(run.calls('Agent')[0]).toMatchObject({ isError: true });
    expect(run.calls('Agent')[0]?.result).toMatch(
      /ended after 1 model request, as many as it may take.*\nIt said last:\nhalf way/,
    );
  });

  test('one whose model fails says why', async () => {
    const h = await program({ model: [call(), fail(400, 'no such thing'), say('ok')] });
    const run = await h.prompt('go');
    expect(run.calls('Agent')[0]?.result).toMatch(/The agent failed: .*no such thing/);
    expect(run.text).toBe('ok');
  });

  test('an unknown type is answered with those there are', async () => {
    const h = await program({ agents: [agent('acme:worker')], model: [call({ subagent_type: 'Explor' }), say('ok')] });
    const run = await h.prompt('go');
    expect(run.calls('Agent')[0]?.result).toBe(
      'There is no agent of the type "Explor". Did you mean Explore? There are: acme:worker, general-purpose, Explore, Plan',
    );
  });
});

describe('what an agent may use', () => {
  const offered = async (definition: Partial<AgentDefinition>, background = false) => {
    const h = await program({
      agents: [agent('worker', definition)],
      model: answers(3, (request, text) => {
        if (systemOf(request).includes('You are worker')) return say('report');
        return text.includes('report') || request.messages.length > 1
          ? say('done')
          : call({ subagent_type: 'worker', run_in_background: background });
      }).concat(background ? [say('heard')] : []),
    });
    await h.prompt('go');
    return toolsOf(h.requests.find((request) => systemOf(request).includes('You are worker'))!);
  };

  test('all but what is for the user or the session', async () => {
    const tools = await offered({});
    expect(tools).toEqual(expect.arrayContaining(['Read', 'Write', 'Bash', 'Agent', 'TaskCreate']));
    expect(tools).not.toContain('TaskOutput');
  });

  test('in the background fewer, and no agents', async () => {
    const tools = await offered({}, true);
    expect(tools).toEqual(expect.arrayContaining(['Read', 'Write', 'Bash', 'TaskStop', 'SendMessage']));
    for (const name of ['Agent', 'TaskOutput', 'TaskCreate']) expect(tools).not.toContain(name);
  });

  test.each([
    [{ tools: ['Read', 'Bash(git *)'] }, ['Read', 'Bash']],
    [{ tools: ['Task', 'Read'] }, ['Read', 'Agent']],
    [
      { tools: ['*'], disallowedTools: ['T*', 'Bash', 'Send*', 'Monitor', 'Notebook*', 'Agent'] },
      ['Read', 'Write', 'Edit', 'Glob', 'Grep'],
    ],
  ])('as its definition says: %j', async (definition, expected) => {
    expect(await offered(definition)).toEqual(expected);
  });
});

test('agents can be nested three deep', async () => {
  const h = await program({
    model: [
      call({ prompt: 'one' }, 'c1'),
      call({ prompt: 'two' }, 'c2'),
      call({ prompt: 'three' }, 'c3'),
      say('deep'),
      say('two'),
      say('one'),
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  expect(run.requests.map((request) => toolsOf(request).includes('Agent'))).toEqual([
    ...[true, true, true, false],
    ...[true, true, true],
  ]);
});

test('Explore and Plan only read', async () => {
  const h = await program({
    permissions: 'rules',
    model: [
      call({ subagent_type: 'Explore' }),
      callTool('Bash', { command: 'touch new' }),
      say('I may not.'),
      say('done'),
    ],
    answers: { permission: 'deny' },
  });
  const run = await h.prompt('go');
  expect(toolsOf(run.requests[1]!)).toEqual(['Read', 'Bash', 'Glob', 'Grep']);
  expect(run.calls('Bash')[0]).toMatchObject({ verdict: 'deny' });
  expect(h.questions).toMatchObject([{ tool: 'Bash', agentId: expect.stringMatching(/^a/) }]);
});

test('its model: the variable, then the call, then the definition', async () => {
  const model = async (env: string | undefined, asked: string | undefined, defined: string | undefined) => {
    const h = await program({
      env: env === undefined ? {} : { CLAUDE_CODE_SUBAGENT_MODEL: env },
      agents: [agent('worker', defined === undefined ? {} : { model: defined })],
      model: [call({ subagent_type: 'worker', ...(asked && { model: asked }) }), say('x'), say('done')],
    });
    const run = await h.prompt('go');
    await h.dispose();
    return run.requests[1]?.model;
  };
  expect(await model(undefined, undefined, undefined)).toBe('scripted');
  expect(await model(undefined, undefined, 'inherit')).toBe('scripted');
  expect(await model(undefined, undefined, 'small')).toBe('small');
  expect(await model(undefined, 'large', 'small')).toBe('large');
  expect(await model('own', 'large', 'small')).toBe('own');
});
