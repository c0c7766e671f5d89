import { defineExtension, type Extension, type HookHandler, HookHandlers, Skills } from 'tenon/plugin-api';
import { callTool, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { agent, program, systemOf, textsOf, toolsOf } from './program.ts';

const call = (input: object = {}) =>
  callTool('Agent', { description: 'look around', prompt: 'find it', run_in_background: false, ...input });

describe('SubagentStart and SubagentStop', () => {
  test('a tap may say something before the agent begins, and send it on when it ends', async () => {
    const seen: object[] = [];
    const hook = defineExtension({
      manifest: { id: 'hook', version: '1.0.0', api: 1, taps: ['SubagentStart', 'SubagentStop'] },
      setup(api) {
        api.hooks.SubagentStart.tap({ match: 'general-purpose' }, ({ session, agent: type }) => {
          seen.push({ type, agent: session.agent, nested: session.parent !== undefined });
          return { context: 'Mind the gap.' };
        });
        api.hooks.SubagentStop.tap(({ lastMessage, active, session }) => {
          seen.push({ lastMessage, active, id: session.agent?.id });
          return active ? undefined : { verdict: 'go-on', reason: 'Look again.' };
        });
      },
    });
    const h = await program({
      extensions: [hook as Extension<never>],
      model: [call(), say('nothing'), say('found'), say('done')],
    });
    const run = await h.prompt('go');
    expect(run.calls('Agent')[0]?.result).toMatch(/^found/);
    expect(textsOf(run.requests[1]!)).toBe('<system-reminder>\nMind the gap.\n</system-reminder>\nfind it');
    expect(textsOf(run.requests[2]!)).toMatch(/nothing\nLook again\.$/);
    const id = expect.stringMatching(/^a/);
    expect(seen).toEqual([
      { type: 'general-purpose', agent: { id, type: 'general-purpose', description: 'look around' }, nested: true },
      { lastMessage: 'nothing', active: false, id },
      { lastMessage: 'found', active: true, id },
    ]);
  });

  test('one that never has enough is not followed for ever', async () => {
    const hook = defineExtension({
      manifest: { id: 'hook', version: '1.0.0', api: 1, taps: ['SubagentStop'] },
      setup(api) {
        api.hooks.SubagentStop.tap(() => ({ verdict: 'go-on', reason: 'More.' }));
      },
    });
    const h = await program({
      env: { CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: '2' },
      extensions: [hook as Extension<never>],
      model: [call(), say('1'), say('2'), say('3'), say('done')],
      expectDiagnostics: [/to go on more than 2 times/],
    });
    expect((await h.prompt('go')).calls('Agent')[0]?.result).toMatch(/^3agentId/);
  });
});

test('the hooks of a definition hold while the agent is at work, and its Stop is its own end', async () => {
  const handlers: HookHandler[][] = [];
  const reader = defineExtension({
    manifest: { id: 'reader', version: '1.0.0', api: 1, taps: ['PreToolUse', 'PostToolBatch'] },
    setup(api) {
      const read = async () => void handlers.push([...(await api.items(HookHandlers))]);
      api.hooks.PreToolUse.tap(read);
    },
  });
  const handler = { type: 'command', command: 'true' };
  const h = await program({
    extensions: [reader as Extension<never>],
    agents: [
      agent('worker', {
        origin: { kind: 'project', file: '/p/.x/agents/worker.md', trusted: false },
        hooks: {
          PreToolUse: [{ matcher: 'Bash', hooks: [handler] }],
          Stop: [{ matcher: 'x', hooks: [handler, 'nonsense'] }],
          Bad: 'text',
        },
      }),
    ],
    model: [call({ subagent_type: 'worker' }), callTool('Bash', { command: 'true' }), say('report'), say('done')],
    expectDiagnostics: [/hooks\.Stop\[0\]\.hooks\[1\] must be an object/, /hooks\.Bad must be a list/],
  });
  await h.prompt('go');
  const [before, during] = handlers;
  expect(before).toEqual([]);
  expect(during).toMatchObject([
    {
      event: 'PreToolUse',
      matcher: 'Bash',
      handler,
      origin: { kind: 'agent', file: '/p/.x/agents/worker.md', trusted: false },
      session: { agent: { type: 'worker' } },
    },
    { event: 'SubagentStop', handler },
  ]);
  expect(during?.[1]).not.toHaveProperty('matcher');
  expect(await h.kernel.items(HookHandlers)).toEqual([]);
});

test('skills of a definition are there from the start', async () => {
  const skills = defineExtension({
    manifest: { id: 'skilled', version: '1.0.0', api: 1, contributes: { skills: ['deploy'] } },
    setup(api) {
      api.add(Skills, {
        name: 'deploy',
        description: '',
        origin: { kind: 'user', trusted: true },
        folder: '/skills/deploy',
        body: async () => 'Run $' + '{CLAUDE_SKILL_DIR}/go.',
      });
    },
  });
  const h = await program({
    extensions: [skills as Extension<never>],
    agents: [agent('worker', { skills: ['deploy', 'gone'] })],
    model: [call({ subagent_type: 'worker' }), say('report'), say('done')],
    expectDiagnostics: [/there is no skill "gone"/],
  });
  const run = await h.prompt('go');
  expect(textsOf(run.requests[1]!)).toContain('Run /skills/deploy/go.');
});

describe('its permission mode', () => {
  test.each([
    ['plan', 'default', 'plan'],
    ['dontAsk', 'acceptEdits', 'dontAsk'],
    ['acceptEdits', 'default', 'default'],
    ['bypassPermissions', 'plan', 'plan'],
    ['default', 'acceptEdits', 'acceptEdits'],
  ] as const)('%s under %s is %s: a definition makes it stricter, not looser', async (mode, above, expected) => {
    const h = await program({
      session: { permissionMode: above },
      agents: [agent('worker', { permissionMode: mode })],
      model: [call({ subagent_type: 'worker' }), say('report'), say('done')],
    });
    const run = await h.prompt('go');
    expect(run.events.find(({ type, agentId }) => type === 'init' && agentId)).toMatchObject({
      permissionMode: expected,
    });
  });
});

test('Explore and Plan are not told of instruction files, others are', async () => {
  const seen: (boolean | undefined)[] = [];
  const hook = defineExtension({
    manifest: { id: 'hook', version: '1.0.0', api: 1, taps: ['SubagentStart'] },
    setup(api) {
      api.hooks.SubagentStart.tap(({ omitInstructions }) => void seen.push(omitInstructions));
    },
  });
  const h = await program({
    extensions: [hook as Extension<never>],
    model: [call({ subagent_type: 'Explore' }), say('a'), call(), say('b'), say('done')],
  });
  const run = await h.prompt('go');
  expect(seen).toEqual([true, undefined]);
  expect(systemOf(run.requests[1]!)).toContain('You change nothing');
  expect(toolsOf(run.requests[1]!)).not.toContain('Write');
});
