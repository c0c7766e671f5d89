import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Config, defineExtension, defineTool, HookHandlers, Plugins, Skills, type Tool, Tools } from 'tenon/plugin-api';
import { callTool, createHarness, say, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { claudePlugins, markdown, setUp } from './setup.ts';

const plugin = (name: string, text: string) => ({
  [`${name}/.claude-plugin/plugin.json`]: JSON.stringify({ name }),
  [`${name}/commands/a.md`]: markdown(`description: ${text}`, text),
});

test('what is new, changed and gone is so in the points, and whoever reads them is told', async () => {
  const folder = await tempProject({
    files: { ...plugin('one', 'first'), ...plugin('two', 'second'), ...plugin('same', 's') },
  });
  const seen: string[] = [];
  const watcher = defineExtension({
    manifest: { id: 'watcher', version: '1', api: 1, taps: ['PointChanged'] },
    setup(api) {
      api.hooks.PointChanged.tap({ match: 'skills' }, ({ names }) => void seen.push(...names));
    },
  });
  const { h, plugins } = await setUp({
    flags: { 'plugin-dir': [folder.dir] },
    extensions: [claudePlugins, watcher],
  });
  const used = await h.kernel.item(Skills, 'one:a');
  expect((await used!.body()).trim()).toBe('first');
  await folder.write('one/commands/a.md', markdown('description: changed', 'changed'));
  await folder.write('three/.claude-plugin/plugin.json', '{"name":"three"}');
  await folder.write('three/commands/new.md', 'new');
  await rm(folder.path('two'), { recursive: true });
  expect(await plugins.reload()).toEqual({ added: ['claude:three'], changed: ['claude:one'], removed: ['claude:two'] });
  const declared = h.kernel.declared(Skills).map(({ name, description }) => `${name} ${description}`);
  expect(declared.sort()).toEqual(['one:a changed', 'same:a s', 'three:new new']);
  expect((await (await h.kernel.item(Skills, 'one:a'))!.body()).trim()).toBe('changed');
  expect(await h.kernel.item(Skills, 'two:a')).toBeUndefined();
  expect([...new Set(seen)].sort()).toEqual(['one:a', 'three:new', 'two:a']);
  expect(plugins.list().map(({ name }) => name)).toEqual(['one', 'same', 'three']);
  expect(await plugins.reload()).toEqual({ added: [], changed: [], removed: [] });
});

test('what was gone may come again', async () => {
  const folder = await tempProject({ files: plugin('one', 'first') });
  const { h, plugins } = await setUp({ flags: { 'plugin-dir': [folder.dir] }, strict: false });
  await rm(folder.path('one'), { recursive: true });
  await plugins.reload();
  expect(h.kernel.declared(Skills)).toEqual([]);
  for (const [path, text] of Object.entries(plugin('one', 'again'))) await folder.write(path, text);
  expect(await plugins.reload()).toMatchObject({ added: ['claude:one'] });
  expect(await h.kernel.item(Skills, 'one:a')).toMatchObject({ description: 'again' });
});

test('folders may be added while it runs, and reloads take turns', async () => {
  const folder = await tempProject({ files: plugin('late', 'late') });
  const { h, plugins } = await setUp();
  const [first, second] = await Promise.all([plugins.reload({ dirs: [folder.path('late')] }), plugins.reload()]);
  expect([first.added, second.added]).toEqual([['claude:late'], []]);
  expect(h.kernel.declared(Skills)).toMatchObject([{ name: 'late:a' }]);
  await plugins.reload();
  expect(plugins.list()).toMatchObject([{ id: 'late@inline', loaded: true }]);
});

const hooks = { Stop: [{ hooks: [{ type: 'command', command: 'true' }] }] };

test('settings that somebody else wrote are read again', async () => {
  const { h, plugins } = await setUp({ files: { '.claude/commands/a.md': 'A' } });
  await h.project.write('.claude/commands/b.md', 'B');
  await h.home.write('.claude/settings.json', JSON.stringify({ hooks }));
  expect(await plugins.reload()).toEqual({
    added: ['claude-settings'],
    changed: ['claude-project-folder'],
    removed: [],
  });
  expect(h.kernel.declared(Skills).map(({ name }) => name)).toEqual(['a', 'b']);
  expect(h.kernel.declared(HookHandlers).map(({ name }) => name)).toEqual(['user:Stop:0:0']);
});

test('settings that change while it runs are followed by themselves', async () => {
  const { h } = await setUp({ files: { '.claude/commands/a.md': 'A' } });
  const config = await h.kernel.use(Config);
  const names = () => h.kernel.declared(HookHandlers).map(({ name }) => name);
  await config.lay({ hooks });
  await expect.poll(names).toEqual(['flag:Stop:0:0']);
  await config.set('user', 'disableAllHooks', true);
  await expect.poll(names).toEqual([]);
});

test('a program that ends while settings are followed leaves no half of a file behind', async () => {
  for (let round = 0; round < 8; round++) {
    const { h } = await setUp({ files: { '.claude/commands/a.md': 'A' } });
    const cache = h.home.path('.claude/tenon/cache');
    await h.project.write('.claude/commands/b.md', 'B');
    // the command is new, so the index is written again
    await (await h.kernel.use(Config)).lay({ hooks });
    for (let tick = 0; tick < round * 6; tick++) await new Promise(setImmediate);
    await h.kernel.exit({ code: 0, reason: 'the test ended' });
    const left = readdirSync(cache);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(left).toEqual(['plugins-index.json']);
    expect(readdirSync(cache)).toEqual(left);
  }
});

test('a reload waits for the end of a turn', async () => {
  const folder = await tempProject({ files: plugin('one', 'first') });
  const order: string[] = [];
  const slow = defineExtension({
    manifest: { id: 'slow', version: '1', api: 1, contributes: { tools: ['Slow'] } },
    setup(api) {
      const run = async () => {
        void plugins.reload().then(() => order.push('reloaded'));
        await folder.write('one/commands/b.md', 'B');
        order.push('tool');
        return 'done';
      };
      api.add(Tools, defineTool({ name: 'Slow', description: 'Slow', input: { type: 'object' }, run }) as Tool<never>);
    },
  });
  const h = await createHarness({
    extensions: [claudePlugins, slow],
    flags: { 'plugin-dir': [folder.dir] },
    model: [callTool('Slow'), say('end')],
    permissions: 'allow-all',
  });
  const plugins = await h.kernel.use(Plugins);
  await h.prompt('go');
  await expect.poll(() => order).toEqual(['tool', 'reloaded']);
});
