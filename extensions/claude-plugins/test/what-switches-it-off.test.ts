import { Agents, type Config, HookHandlers, McpServers, Skills } from 'tenon/plugin-api';
import { tempProject, testHost } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { switchesOf } from '../switches.ts';
import { markdown, setUp, warnings } from './setup.ts';

const hooks = { Stop: [{ hooks: [{ type: 'command', command: 'true' }] }] };
const homeFiles = {
  '.claude/commands/user.md': 'User.',
  '.claude/agents/user.md': markdown('name: user\ndescription: x'),
  '.claude/skills/kit/.claude-plugin/plugin.json': '{"name":"kit"}',
  '.claude/skills/kit/commands/run.md': 'Run',
};
const files = { '.claude/commands/project.md': 'Project.' };
const plugin = {
  '.claude-plugin/plugin.json': '{"name":"p"}',
  'commands/a.md': 'A',
  '.mcp.json': '{"s":{"command":"true"}}',
  'hooks/hooks.json': JSON.stringify({ hooks }),
};

async function names(flags: Record<string, unknown>, more: Parameters<typeof setUp>[0] = {}) {
  const { dir } = await tempProject({ files: plugin });
  const all = { 'plugin-dir': [dir], ...flags } as never;
  const { h } = await setUp({ flags: all, files, homeFiles, config: { hooks }, ...more });
  return {
    h,
    skills: h.kernel.declared(Skills).map(({ name }) => name),
    hooks: h.kernel.declared(HookHandlers).map(({ name }) => name),
    servers: h.kernel.declared(McpServers).map(({ name }) => name),
    agents: h.kernel.declared(Agents).map(({ name }) => name),
  };
}

const ownHook = 'user:Stop:0:0';
const pluginHook = 'plugin:p:Stop:0:0';

test('without any of it everything takes part', async () => {
  const all = await names({});
  expect(all.skills).toEqual(['project', 'user', 'p:a', 'kit:run']);
  expect(all.hooks).toEqual([ownHook, pluginHook]);
  expect(all.servers).toEqual(['plugin:p:s']);
});

test.each([
  ['user', ['user', 'p:a', 'kit:run'], [ownHook, pluginHook]],
  ['local', ['p:a'], [pluginHook]],
  ['', ['p:a'], [pluginHook]],
])('--setting-sources "%s"', async (sources, skills, handlers) => {
  expect(await names({ 'setting-sources': sources })).toMatchObject({ skills, hooks: handlers });
});

test('--bare leaves what was named for this run, without hooks', async () => {
  const added = await tempProject({ files: { '.claude/commands/added.md': 'Added' } });
  expect(await names({ bare: true, 'add-dir': [added.dir] })).toMatchObject({ skills: ['added', 'p:a'], hooks: [] });
  expect(await names({}, { env: { CLAUDE_CODE_SIMPLE: '1' } })).toMatchObject({
    skills: ['p:a'],
    hooks: [],
    agents: [],
  });
});

test('--safe-mode leaves nothing, and says what it does not follow', async () => {
  const { h, skills, hooks: handlers } = await names({ 'safe-mode': true }, { expectDiagnostics: ['LOG'] });
  expect([skills, handlers]).toEqual([[], []]);
  expect(warnings(h)).toEqual(['--plugin-dir is not followed: --safe-mode or disableSideloadFlags is set']);
});

test('disableSideloadFlags', async () => {
  const config = { hooks, disableSideloadFlags: true };
  expect((await names({}, { config, expectDiagnostics: ['LOG'] })).skills).toEqual(['project', 'user', 'kit:run']);
});

test('disableAllHooks leaves no handler', async () => {
  expect(await names({}, { config: { hooks, disableAllHooks: true } })).toMatchObject({ hooks: [] });
});

test('--plugin-dir-no-mcp', async () => {
  const { dir } = await tempProject({ files: plugin });
  const { h } = await setUp({ flags: { 'plugin-dir-no-mcp': [dir] } });
  expect([h.kernel.declared(McpServers), h.kernel.declared(Skills).length]).toEqual([[], 1]);
});

test.each([
  [true, ['p:a'], [], [pluginHook]],
  [['skills'], ['p:a'], ['user'], [ownHook, pluginHook]],
  [['agents', 'hooks'], ['project', 'user', 'p:a'], [], [pluginHook]],
])('strictPluginOnlyCustomization: %j', async (value, skills, agents, handlers) => {
  const found = await names({}, { config: { hooks, strictPluginOnlyCustomization: value } });
  expect(found.skills.filter((name) => name !== 'kit:run')).toEqual(skills);
  expect(found).toMatchObject({ agents, hooks: handlers });
});

test('a project cannot keep the user from his own', async () => {
  const more = { '.claude/settings.json': JSON.stringify({ strictPluginOnlyCustomization: true }) };
  expect((await names({}, { files: { ...files, ...more } })).skills).toContain('user');
});

test.each<[object, object, [boolean, boolean, boolean]]>([
  [{}, {}, [true, true, true]],
  [{ disableAllHooks: true }, {}, [false, false, false]],
  [{}, { disableAllHooks: true }, [true, false, false]],
  [{ allowManagedHooksOnly: true }, {}, [true, true, false]],
  [{}, { allowManagedHooksOnly: true }, [true, true, true]],
])(
  'managed %j and user %j: handlers of the administrator, of his plugins and of the user',
  (managed, user, expected) => {
    const layers = [
      { source: 'managed', dir: '/', value: managed },
      { source: 'user', dir: '/', value: user },
    ];
    const config = {
      layers: () => layers,
      get: (key: string) => ({ ...user, ...managed })[key as never],
    } as unknown as Config;
    const switches = switchesOf(testHost({ cwd: '/', home: '/' }), {}, config);
    expect((['managed', 'forced', 'own'] as const).map((whose) => switches.runsHooks(whose))).toEqual(expected);
  },
);
