import { Plugins } from 'tenon/plugin-api';
import { createHarness, entryOf, type HarnessOptions, say, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import claudePlugins from '../../extensions/claude-plugins/index.ts';
import subagents from '../../extensions/subagents/index.ts';

const plugins = entryOf(claudePlugins, { kind: 'bundled' });
const agents = entryOf(subagents, { kind: 'bundled' });
const agent = (name: string, prompt: string) => `---\nname: ${name}\ndescription: x\n---\n${prompt}\n`;

/** What a session is told at its start, with a plugin whose settings name this agent. */
async function start(wanted: string, more: HarnessOptions = {}) {
  const folder = await tempProject({
    files: {
      '.claude-plugin/plugin.json': '{"name":"inn"}',
      'settings.json': JSON.stringify({ agent: wanted }),
      'agents/host.md': agent('host', 'You are the host.'),
      'agents/guest.md': agent('guest', 'You are a guest.'),
    },
  });
  const h = await createHarness({
    extensions: [plugins, agents],
    bundled: ['trust'],
    model: [say('hello')],
    ...more,
    flags: { 'plugin-dir': [folder.dir], ...more.flags },
  });
  await h.prompt('go');
  return { h, system: JSON.stringify(h.requests[0]!.system), service: await h.kernel.use(Plugins) };
}

test.each(['host', 'inn:host'])('the session is the agent that a plugin wants: %s', async (wanted) => {
  const { system, service } = await start(wanted);
  expect(service.defaultAgent).toBe('inn:host');
  expect(system).toContain('You are the host.');
});

test('what the user chose is stronger', async () => {
  expect((await start('host', { config: { agent: 'inn:guest' } })).system).toContain('You are a guest.');
});

test('an agent that the plugin does not have is ignored, which its report says', async () => {
  const { h, system, service } = await start('nobody');
  expect(system ?? '').not.toContain('You are');
  expect(service.list()[0]).toMatchObject({
    loaded: true,
    problems: [{ type: 'manifest', severity: 'warning', message: '"agent": it has no agent "nobody"; it is ignored' }],
  });
  expect(h.diagnostics.filter(({ extension }) => extension === 'claude-plugins')).toEqual([]);
});

test('without agents the session is none', async () => {
  const { h } = await start('host', { extensions: [plugins] });
  expect(JSON.stringify(h.requests[0]!.system) ?? '').not.toContain('You are the host.');
});
