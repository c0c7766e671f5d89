import { rm } from 'node:fs/promises';
import { Skills } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { markdown, setUp, warnings } from './setup.ts';

const cache = '.claude/plugins/cache/shop';

/** A home with a plugin that was installed from the marketplace `shop`. */
async function home(
  files: Record<string, string>,
  more: { entry?: object; record?: object; manifest?: object | null } = {},
) {
  const folder = await tempProject();
  const root = folder.path(cache, 'tool/1.0.0');
  const marketplace = folder.path('shop-files');
  const { entry = {}, record = {}, manifest = { name: 'tool', version: '1.0.0' } } = more;
  const all: Record<string, string> = {
    '.claude/plugins/installed_plugins.json': JSON.stringify({
      version: 2,
      plugins: { 'tool@shop': [{ scope: 'user', installPath: root, version: '1.0.0', ...record }] },
    }),
    '.claude/plugins/known_marketplaces.json': JSON.stringify({
      shop: { source: { source: 'directory', path: marketplace }, installLocation: marketplace },
    }),
    'shop-files/.claude-plugin/marketplace.json': JSON.stringify({
      name: 'shop',
      owner: { name: 'me' },
      plugins: [{ name: 'tool', source: './tool', ...entry }],
    }),
    ...(manifest === null ? {} : { [`${cache}/tool/1.0.0/.claude-plugin/plugin.json`]: JSON.stringify(manifest) }),
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${cache}/tool/1.0.0/${path}`, text])),
  };
  for (const [path, text] of Object.entries(all)) await folder.write(path, text);
  return { folder, root, env: { CLAUDE_CONFIG_DIR: folder.path('.claude') } };
}

const on = { enabledPlugins: { 'tool@shop': true } };
const settings = (value: object) => ({ '.claude/settings.json': JSON.stringify(value) });

/** Settings of the user lie in the folder that the environment names. */
async function open(at: Awaited<ReturnType<typeof home>>, value: object, options: Parameters<typeof setUp>[0] = {}) {
  await at.folder.write('.claude/settings.json', JSON.stringify(value));
  return setUp({ env: at.env, ...options });
}

test('a plugin that settings switch on takes part, with its marketplace in its id', async () => {
  const at = await home({ 'commands/a.md': 'A' });
  const { h, plugins } = await open(at, on);
  expect(plugins.list()).toMatchObject([
    {
      id: 'tool@shop',
      name: 'tool',
      version: '1.0.0',
      path: at.root,
      scope: 'user',
      enabled: true,
      loaded: true,
      problems: [],
    },
  ]);
  expect(h.kernel.declared(Skills)).toMatchObject([
    { name: 'tool:a', origin: { plugin: { id: 'tool@shop', data: at.folder.path('.claude/plugins/data/tool-shop') } } },
  ]);
});

test.each([[{ 'tool@shop': false }], [{}], [{ 'tool@shop': 'true' }]])(
  'with %j it does not',
  async (enabledPlugins) => {
    const at = await home({ 'commands/a.md': 'A' });
    const { plugins } = await open(at, { enabledPlugins });
    expect(plugins.list()).toEqual([]);
    expect(await plugins.installed()).toMatchObject([
      { id: 'tool@shop', enabled: false, loaded: false, version: '1.0.0' },
    ]);
  },
);

test('the stronger layer decides', async () => {
  const at = await home({});
  const { plugins } = await open(at, on, {
    flags: { settings: JSON.stringify({ enabledPlugins: { 'tool@shop': false } }) },
  });
  expect(plugins.list()).toEqual([]);
});

test('a project that is not trusted switches nothing on, and it is said', async () => {
  const at = await home({ 'commands/a.md': 'A' });
  const options = { files: settings(on), expectDiagnostics: ['LOG'] } as const;
  const { h, plugins } = await open(at, {}, options);
  expect(h.kernel.declared(Skills)).toEqual([]);
  expect(plugins.list()).toMatchObject([
    { id: 'tool@shop', scope: 'project', enabled: false, problems: [{ type: 'untrusted' }] },
  ]);
  const trusted = await open(at, {}, { files: settings(on), flags: { trust: true } });
  expect(trusted.plugins.list()).toMatchObject([{ id: 'tool@shop', scope: 'project', enabled: true, loaded: true }]);
});

test('one that is switched on and not there is reported', async () => {
  const at = await home({});
  await rm(at.root, { recursive: true });
  const value = { enabledPlugins: { 'tool@shop': true, 'other@shop': true } };
  const { h, plugins } = await open(at, value, { expectDiagnostics: ['LOG', 'LOG'] });
  expect(plugins.list()).toMatchObject([
    {
      id: 'tool@shop',
      loaded: false,
      problems: [{ type: 'not-installed', message: expect.stringMatching(/is gone/) }],
    },
    { id: 'other@shop', loaded: false, path: '', problems: [{ type: 'not-installed' }] },
  ]);
  expect(warnings(h)).toHaveLength(2);
});

test('of several installations that for this project counts', async () => {
  const at = await home({});
  const here = await tempProject({ files: { 'commands/here.md': 'Here' } });
  const { h } = await setUp({ env: at.env });
  const list = [
    { scope: 'user', installPath: at.root, version: '1.0.0' },
    { scope: 'project', installPath: here.dir, version: '2.0.0', projectPath: h.project.dir },
  ];
  const file = '.claude/plugins/installed_plugins.json';
  await at.folder.write(file, JSON.stringify({ version: 2, plugins: { 'tool@shop': list } }));
  await at.folder.write('.claude/settings.json', JSON.stringify(on));
  const { installedSources } = await import('../plugin-sources.ts');
  const { placesOf } = await import('../places.ts');
  const enabled = new Map([['tool@shop', { on: true, source: 'user' as const }]]);
  expect(await installedSources(placesOf(h.host, {}), enabled, [], false)).toMatchObject([
    { root: here.dir, version: '2.0.0' },
  ]);
});

test('folders that somebody filled beforehand are read: the newest version', async () => {
  const seed = await tempProject({
    files: {
      'cache/shop/tool/1.9.0/commands/old.md': 'Old',
      'cache/shop/tool/1.10.0/commands/new.md': 'New',
    },
  });
  const { h } = await setUp({ env: { CLAUDE_CODE_PLUGIN_SEED_DIR: seed.dir }, config: on });
  expect(h.kernel.declared(Skills).map(({ name }) => name)).toEqual(['tool:new']);
});

test('what a marketplace adds counts, and what the plugin says itself is stronger', async () => {
  const at = await home(
    { 'a/SKILL.md': markdown('name: a'), 'b.md': 'B' },
    { entry: { description: 'Of the shop', version: '9', skills: ['./a'], commands: ['./b.md'] } },
  );
  const { plugins } = await open(at, on);
  expect(plugins.list()).toMatchObject([
    { version: '1.0.0', description: 'Of the shop', components: { skills: ['tool:a'], commands: ['tool:b'] } },
  ]);
});

test('several entries may share a folder: each has the skills that it lists', async () => {
  const at = await home(
    { 'skills/a/SKILL.md': markdown('name: a'), 'skills/b/SKILL.md': markdown('name: b') },
    { manifest: null, entry: { source: './', strict: false, skills: ['./skills/b'] } },
  );
  const { plugins } = await open(at, on);
  expect(plugins.list()).toMatchObject([{ name: 'tool', components: { skills: ['tool:b'] } }]);
});

test('two definitions of one plugin are a mistake', async () => {
  const at = await home({}, { manifest: { name: 'tool', commands: './x' }, entry: { strict: false, skills: './y' } });
  const { plugins } = await open(at, on, { expectDiagnostics: ['LOG'] });
  expect(plugins.list()).toMatchObject([
    { loaded: false, problems: [{ message: expect.stringMatching(/"strict": false/) }] },
  ]);
});

test('of one name the plugin that was named for this run comes first', async () => {
  const at = await home({ 'commands/installed.md': 'I' });
  const mine = await tempProject({
    files: { '.claude-plugin/plugin.json': '{"name":"tool"}', 'commands/mine.md': 'M' },
  });
  const { h, plugins } = await open(at, on, { flags: { 'plugin-dir': [mine.dir] }, expectDiagnostics: ['LOG'] });
  expect(h.kernel.declared(Skills).map(({ name }) => name)).toEqual(['tool:mine']);
  expect(plugins.list()).toMatchObject([
    { id: 'tool@inline', loaded: true },
    { id: 'tool@shop', loaded: false, problems: [{ type: 'name-taken' }] },
  ]);
});

test('a folder of skills may be a plugin', async () => {
  const files = {
    '.claude/skills/kit/.claude-plugin/plugin.json': '{"name":"kit"}',
    '.claude/skills/kit/commands/run.md': 'Run',
    '.claude/skills/plain/SKILL.md': 'Plain',
  };
  const { h, plugins } = await setUp({ homeFiles: files });
  expect(h.kernel.declared(Skills).map(({ name }) => name)).toEqual(['plain', 'kit:run']);
  expect(plugins.list()).toMatchObject([{ id: 'kit@skills-dir', scope: 'user', loaded: true }]);
  const off = await setUp({ homeFiles: files, config: { enabledPlugins: { 'kit@skills-dir': false } } });
  expect(off.plugins.list()).toMatchObject([{ id: 'kit@skills-dir', enabled: false, loaded: false }]);
  const project = await setUp({ files, expectDiagnostics: ['LOG'] });
  expect(project.plugins.list()).toMatchObject([
    { id: 'kit@skills-dir', loaded: false, problems: [{ type: 'untrusted' }] },
  ]);
  expect(warnings(project.h)).toEqual([
    expect.stringMatching(
      /^plugin kit of .* skipped: folder not trusted; run with --trust, or tenon trust to keep it$/,
    ),
  ]);
  const trusted = await setUp({ files, flags: { trust: true } });
  expect(trusted.plugins.list()).toMatchObject([{ id: 'kit@skills-dir', scope: 'project', loaded: true }]);
});

test('servers that nothing connects to yet are said', async () => {
  const plugin = await tempProject({ files: { '.mcp.json': JSON.stringify({ s: { command: 'serve' } }) } });
  const { h } = await setUp({
    flags: { 'plugin-dir': [plugin.dir] },
    files: { '.mcp.json': '{}' },
    expectDiagnostics: [/MCP servers take no part yet: those of \.mcp\.json, plugin .*@inline/],
  });
  expect(warnings(h).filter((line) => line.startsWith('MCP'))).toHaveLength(1);
});

test('a plugin with a wrong manifest is said to take no part', async () => {
  const { dir } = await tempProject({ files: { '.claude-plugin/plugin.json': '{"name":"odd","repository":{}}' } });
  const { h } = await setUp({ flags: { 'plugin-dir': [dir] }, expectDiagnostics: [/repository.*takes no part$/] });
  expect(warnings(h)).toHaveLength(1);
});
