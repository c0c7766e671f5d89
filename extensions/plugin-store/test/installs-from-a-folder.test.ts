import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { marketplaceFiles, storeProgram, temporary, write } from './store-program.ts';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

test('a marketplace is added, a plugin installed, listed, switched and removed', async () => {
  const market = write(await temporary(), marketplaceFiles('shop', { greet: { description: 'Greets' } }));
  const p = await storeProgram();
  expect(await p.plugin('marketplace', 'add', market)).toMatchObject({
    code: 0,
    stdout: `Added the marketplace shop from ${market} (1 plugin)\n`,
  });
  expect(read(join(p.user, 'settings.json')).extraKnownMarketplaces).toEqual({
    shop: { source: { source: 'directory', path: market } },
  });
  expect(read(join(p.plugins, 'known_marketplaces.json')).shop).toEqual({
    source: { source: 'directory', path: market },
    installLocation: market,
    lastUpdated: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect((await p.json('list', '--available')).available).toMatchObject([{ pluginId: 'greet@shop' }]);

  const installed = await p.json('install', 'greet@shop');
  expect(installed).toMatchObject({
    command: 'install',
    outcome: 'ok',
    plugin: 'greet',
    pluginId: 'greet@shop',
    scope: 'user',
  });
  const installPath = join(p.plugins, 'cache/shop/greet/1.0.0');
  expect(read(join(p.plugins, 'installed_plugins.json'))).toEqual({
    version: 2,
    plugins: {
      'greet@shop': [
        {
          scope: 'user',
          installPath,
          version: '1.0.0',
          installedAt: expect.any(String),
          lastUpdated: expect.any(String),
        },
      ],
    },
  });
  expect(read(join(p.user, 'settings.json')).enabledPlugins).toEqual({ 'greet@shop': true });
  expect(await p.json('list')).toMatchObject([
    { id: 'greet@shop', version: '1.0.0', scope: 'user', enabled: true, loaded: true, installPath, problems: [] },
  ]);

  expect(await p.json('disable', 'greet')).toMatchObject({ outcome: 'ok', pluginId: 'greet@shop', enabled: false });
  expect(await p.json('list')).toMatchObject([{ id: 'greet@shop', enabled: false }]);
  expect((await p.plugin('enable', 'greet@shop')).stdout).toBe('Switched on: greet@shop (scope: user)\n');

  expect((await p.plugin('rm', 'greet')).stdout).toContain('Uninstalled greet@shop (scope: user)');
  expect([existsSync(installPath), read(join(p.user, 'settings.json')).enabledPlugins]).toEqual([false, {}]);
  expect(await p.json('list')).toEqual([]);
  expect((await p.plugin('marketplace', 'remove', 'shop')).code).toBe(0);
  expect(read(join(p.plugins, 'known_marketplaces.json'))).toEqual({});
  expect(existsSync(market)).toBe(true);
});

test('scopes write the settings of the user, the project and its local file', async () => {
  const market = write(await temporary(), marketplaceFiles('shop', { greet: {} }));
  const p = await storeProgram({ trusted: true });
  await p.plugin('marketplace', 'add', market);
  for (const [scope, file] of [
    ['project', '.claude/settings.json'],
    ['local', '.claude/settings.local.json'],
  ] as const) {
    expect(await p.json('install', 'greet', '-s', scope)).toMatchObject({ outcome: 'ok', scope });
    expect(read(join(p.cwd, file)).enabledPlugins).toEqual({ 'greet@shop': true });
  }
  const list = read(join(p.plugins, 'installed_plugins.json')).plugins['greet@shop'];
  expect(list.map((one: { scope: string; projectPath: string }) => [one.scope, one.projectPath])).toEqual([
    ['project', p.cwd],
    ['local', p.cwd],
  ]);
  expect(await p.json('uninstall', 'greet')).toMatchObject({ scope: 'local' });
  expect(read(join(p.plugins, 'installed_plugins.json')).plugins['greet@shop']).toHaveLength(1);
});

test('what cannot be found is named, with what is near', async () => {
  const market = write(await temporary(), marketplaceFiles('shop', { greet: {} }));
  const p = await storeProgram();
  expect((await p.plugin('install', 'greet@nowhere')).stderr).toMatch(
    /there is no marketplace nowhere; there is none yet/,
  );
  await p.plugin('marketplace', 'add', market);
  expect((await p.plugin('install', 'gret')).stderr).toMatch(/no marketplace has a plugin gret; did you mean greet\?/);
  expect(await p.json('install', 'other@shop')).toMatchObject({
    outcome: 'failed',
    failureCode: 'not-found',
    message: 'the marketplace shop has no plugin other',
  });
  expect(await p.plugin('install')).toMatchObject({ code: 2 });
  expect(await p.plugin('enable', 'greet')).toMatchObject({ code: 1 });
});
