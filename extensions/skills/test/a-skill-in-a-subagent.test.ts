import { defineExtension, type SubagentRequest, Subagents } from 'tenon/plugin-api';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { giving } from './giving.ts';

/** Subagents that say what they were asked. */
function subagents(asked: SubagentRequest[], status: 'completed' | 'failed' = 'completed') {
  return defineExtension({
    manifest: { id: 'stand-in', version: '1', api: 1, provides: ['subagents@1'] },
    setup(api) {
      api.provide(Subagents, {
        async run(request: SubagentRequest) {
          asked.push(request);
          return { status, agentId: 'a1', text: `did: ${request.prompt}` };
        },
      } as unknown as Subagents);
    },
  });
}

test('its text is the prompt of a subagent, whose answer is the result, and the model hears of it', async () => {
  const asked: SubagentRequest[] = [];
  const h = await createHarness({
    bundled: ['slash-commands', 'skills'],
    extensions: [
      giving({ name: 'look', body: 'Look at $0.', fork: true, agent: 'Explore', model: 'haiku' }),
      subagents(asked),
    ],
    model: [say('next')],
  });
  const run = await h.prompt('/look src');
  expect(run.text).toBe('did: Look at src.');
  expect(asked).toEqual([
    expect.objectContaining({ type: 'Explore', prompt: 'Look at src.', model: 'haiku', background: false }),
  ]);
  await h.prompt('and now?');
  expect(JSON.stringify(h.requests[0]?.messages)).toContain('<local-command-stdout>did: Look at src.');
});

test('hooks of prompts see what was typed once, and not what the conversation is told of the answer', async () => {
  const prompts: string[] = [];
  const h = await createHarness({
    bundled: ['slash-commands', 'skills'],
    extensions: [
      giving({ name: 'look', body: 'Look.', fork: true }),
      subagents([]),
      defineExtension({
        manifest: { id: 'listener', version: '1', api: 1, taps: ['UserPromptSubmit'] },
        setup(api) {
          api.hooks.UserPromptSubmit.tap(({ text }) => void prompts.push(text));
        },
      }),
    ],
    model: [say('next')],
  });
  await h.prompt('/look');
  await h.prompt('and now?');
  expect(prompts).toEqual(['/look', 'and now?']);
});

test('the model gets the answer as the result of its call, and nobody is asked', async () => {
  const asked: SubagentRequest[] = [];
  const h = await createHarness({
    bundled: ['skills'],
    extensions: [giving({ name: 'look', body: 'Look.', fork: true }), subagents(asked)],
    model: [callTool('Skill', { skill: 'look' }, 'toolu_1'), say('thanks')],
  });
  const run = await h.prompt('go');
  expect(run.calls()[0]?.result).toBe('did: Look.');
  expect(asked[0]).toMatchObject({ type: 'general-purpose', toolUseId: 'toolu_1' });
});

test('a subagent that failed is a skill that failed', async () => {
  const h = await createHarness({
    bundled: ['slash-commands', 'skills'],
    extensions: [giving({ name: 'look', body: 'Look.', fork: true }), subagents([], 'failed')],
  });
  expect((await h.prompt('/look')).text).toBe('/look did not run: its subagent failed: did: Look.');
});

test('hooks see what its prompt became, may change and add to it, and refuse it', async () => {
  const seen: unknown[] = [];
  const asked: SubagentRequest[] = [];
  const h = await createHarness({
    bundled: ['slash-commands', 'skills'],
    extensions: [
      giving({ name: 'look', body: 'Look at $0.', fork: true }),
      subagents(asked),
      defineExtension({
        manifest: { id: 'watcher', version: '1', api: 1, taps: ['UserPromptExpansion'] },
        setup(api) {
          api.hooks.UserPromptExpansion.tap(({ command, args, text, prompt }) => {
            seen.push([command, args, text, prompt]);
            if (args === 'secret') return { verdict: 'deny', reason: 'no secrets' };
            return { text: text.toUpperCase(), context: 'be brief' };
          });
        },
      }),
    ],
    model: [],
  });
  expect((await h.prompt('/look src')).text).toBe('did: LOOK AT SRC.\n\nbe brief');
  expect((await h.prompt('/look secret')).text).toBe('/look was refused: no secrets');
  expect(seen).toEqual([
    ['look', 'src', 'Look at src.', '/look src'],
    ['look', 'secret', 'Look at secret.', '/look secret'],
  ]);
  expect(asked).toHaveLength(1);
});
