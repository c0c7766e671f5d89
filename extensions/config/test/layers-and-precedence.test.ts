import { mkdir, symlink } from 'node:fs/promises';
import { managedFolder } from 'tenon/plugin-api/lib/managed-folder';
import { tempProject, testHost } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../merge.ts';
import { placesOf } from '../places.ts';
import { readLayers } from '../read-layers.ts';
import { start, startDistro } from './start.ts';

const json = JSON.stringify;

test('the strongest layer that has a scalar gives it', async () => {
  const project = await tempProject();
  const home = await tempProject();
  const host = testHost({
    cwd: project.dir,
    home: home.dir,
    distro: { config: { model: 'distro', language: 'distro' } },
  });
  const places = { ...(await placesOf(host)), managed: home.path('managed') };
  const files = {
    user: () => home.write('.claude/settings.json', json({ model: 'user' })),
    project: () => project.write('.claude/settings.json', json({ model: 'project' })),
    local: () => project.write('.claude/settings.local.json', json({ model: 'local' })),
    managed: () => home.write('managed/managed-settings.json', json({ model: 'managed' })),
    'drop-in': () => home.write('managed/managed-settings.d/10-a.json', json({ model: 'drop-in' })),
    'later drop-in': () => home.write('managed/managed-settings.d/20-b.json', json({ model: 'later drop-in' })),
  };
  const model = async (flags = {}) => {
    const { layers } = await readLayers(places, host, flags);
    return mergeLayers(layers.map((layer) => layer.value)).model;
  };
  expect(await model()).toBe('distro');
  for (const name of ['user', 'project', 'local'] as const) {
    await files[name]();
    expect(await model()).toBe(name);
  }
  expect(await model({ settings: json({ model: 'flag' }) })).toBe('flag');
  for (const name of ['managed', 'drop-in', 'later drop-in'] as const) {
    await files[name]();
    expect(await model({ settings: json({ model: 'flag' }) })).toBe(name);
  }
  const { layers } = await readLayers(places, host, { settings: '{}' });
  expect(layers.map((layer) => layer.source)).toEqual([
    'managed',
    'managed',
    'managed',
    'flag',
    'local',
    'project',
    'user',
    'distro',
  ]);
  expect(mergeLayers(layers.map((layer) => layer.value)).language).toBe('distro');
});

describe('merging', () => {
  test('objects are merged and lists joined, equal items once', () => {
    expect(
      mergeLayers([
        { permissions: { deny: ['A', 'B'] }, hooks: { Stop: [{ hooks: [1] }] }, a: 1 },
        { permissions: { deny: ['B', 'C'], allow: ['D'] }, hooks: { Stop: [{ hooks: [1] }, { hooks: [2] }] }, b: 2 },
      ]),
    ).toEqual({
      permissions: { deny: ['A', 'B', 'C'], allow: ['D'] },
      hooks: { Stop: [{ hooks: [1] }, { hooks: [2] }] },
      a: 1,
      b: 2,
    });
  });

  test('a list that is a choice comes from the strongest layer', () => {
    expect(mergeLayers([{ fallbackModel: ['a'] }, { fallbackModel: ['b', 'c'] }])).toEqual({ fallbackModel: ['a'] });
  });

  test('a stronger value of another type replaces', () => {
    expect(
      mergeLayers([
        { a: 1, b: { c: 1 } },
        { a: { x: 1 }, b: 2 },
      ]),
    ).toEqual({ a: 1, b: { c: 1 } });
  });

  test('__proto__ is no key', () => {
    const merged = mergeLayers([JSON.parse('{"__proto__":{"evil":true},"a":{"__proto__":{"evil":true}}}')]);
    expect((merged as { evil?: boolean }).evil).toBeUndefined();
    expect((merged.a as { evil?: boolean }).evil).toBeUndefined();
  });
});

describe('get', () => {
  test('takes dotted keys, also through names with dots, and nothing inherited', async () => {
    const { config } = await start({
      config: { enabledPlugins: { 'tool@host.name': true }, a: { b: { c: 1 } }, 'x.y': 2, list: [1] },
    });
    expect(config.get('a.b.c')).toBe(1);
    expect(config.get('a.b')).toEqual({ c: 1 });
    expect(config.get('enabledPlugins.tool@host.name')).toBe(true);
    expect(config.get('x.y')).toBe(2);
    expect(config.get('a.toString')).toBeUndefined();
    expect(config.get('constructor')).toBeUndefined();
    expect(config.get('list.0')).toBeUndefined();
    expect(config.get('missing.key')).toBeUndefined();
  });

  test('gives values that nobody can change', async () => {
    const { config } = await start({ config: { a: { b: 1 } } });
    expect(() => Object.assign(config.get<object>('a')!, { b: 2 })).toThrow();
    expect(config.get('a.b')).toBe(1);
  });
});

describe('places', () => {
  test('CLAUDE_CONFIG_DIR moves the folder of the user', async () => {
    const other = await tempProject({ files: { 'settings.json': json({ model: 'other' }) } });
    const { config } = await start({ config: { model: 'home' }, env: { CLAUDE_CONFIG_DIR: other.dir } });
    expect(config.userFolder).toBe(other.dir);
    expect(config.get('model')).toBe('other');
  });

  test('an empty CLAUDE_CONFIG_DIR is none', async () => {
    const { h, config } = await start({ config: { model: 'home' }, env: { CLAUDE_CONFIG_DIR: '' } });
    expect(config.userFolder).toBe(h.home.path('.claude'));
    expect(config.get('model')).toBe('home');
  });

  test('the folders are those of the distribution', async () => {
    const { h, config } = await startDistro(
      { config: { model: 'own' } },
      {
        files: { '.acme/settings.json': json({ language: 'acme' }), '.claude/settings.json': json({ language: 'no' }) },
      },
    );
    expect(config.userFolder).toBe(h.home.path('.acme'));
    expect(config.projectFolder).toBe(h.project.path('.acme'));
    expect([config.get('model'), config.get('language')]).toEqual(['own', 'acme']);
  });

  test('local settings are those at the top of the repository, project settings those of the folder', async () => {
    const project = await tempProject({
      files: {
        '.claude/settings.json': json({ language: 'top' }),
        '.claude/settings.local.json': json({ model: 'top' }),
        'sub/.claude/settings.json': json({ outputStyle: 'sub' }),
        'sub/.claude/settings.local.json': json({ model: 'sub' }),
      },
    });
    await mkdir(project.path('.git'));
    const host = testHost({ cwd: project.path('sub'), home: '/nonexistent/home' });
    const { layers } = await readLayers({ ...(await placesOf(host)), managed: '/nowhere' }, host, {});
    expect(layers.map(({ source, path, value }) => [source, path, value])).toEqual([
      ['local', project.path('.claude/settings.local.json'), { model: 'top' }],
      ['project', project.path('sub/.claude/settings.json'), { outputStyle: 'sub' }],
    ]);
  });

  test('in the home folder the user’s file is not the project’s too', async () => {
    const home = await tempProject({ files: { '.claude/settings.json': json({ permissions: { allow: ['A'] } }) } });
    const host = testHost({ cwd: home.dir, home: home.dir });
    const { layers } = await readLayers({ ...(await placesOf(host)), managed: '/nowhere' }, host, {});
    expect(layers.map((layer) => layer.source)).toEqual(['user']);
  });

  test('also when the home folder is reached through a symbolic link', async () => {
    const home = await tempProject({
      files: { 'real/.claude/settings.json': json({ permissions: { allow: ['A'] } }) },
    });
    await symlink(home.path('real'), home.path('link'));
    const host = testHost({ cwd: home.path('real'), home: home.path('link') });
    const { layers } = await readLayers({ ...(await placesOf(host)), managed: '/nowhere' }, host, {});
    expect(layers.map((layer) => layer.source)).toEqual(['user']);
  });

  test('a repository that is the home folder does not bring its local settings to the folders below', async () => {
    const home = await tempProject({ files: { '.claude/settings.local.json': json({ model: 'home' }), 'work/x': '' } });
    await mkdir(home.path('.git'));
    const host = testHost({ cwd: home.path('work'), home: home.dir });
    expect((await placesOf(host)).localFile).toBe(home.path('work/.claude/settings.local.json'));
  });

  test('the administrator’s folder depends on the system', () => {
    expect(managedFolder('linux')).toBe('/etc/claude-code');
    expect(managedFolder('darwin')).toContain('/Library/');
    expect(managedFolder('win32')).toMatch(/^C:\\/);
  });
});

describe('--setting-sources', () => {
  const files = {
    '.claude/settings.json': json({ model: 'project' }),
    '.claude/settings.local.json': json({ language: 'local' }),
  };
  const read = async (sources: string) => {
    const { config } = await start({ config: { outputStyle: 'user' }, files, flags: { 'setting-sources': sources } });
    return [config.get('outputStyle'), config.get('model'), config.get('language')];
  };
  test('selects', async () => {
    expect(await read('user,project,local')).toEqual(['user', 'project', 'local']);
    expect(await read('user')).toEqual(['user', undefined, undefined]);
    expect(await read(' project , local ')).toEqual([undefined, 'project', 'local']);
    expect(await read('')).toEqual([undefined, undefined, undefined]);
  });
});

describe('extension', () => {
  test('gives the settings under extensions.<id>', async () => {
    const { config } = await start({ config: { extensions: { '@acme/deploy': { target: 'x' }, bad: 3 } } });
    expect(config.extension('@acme/deploy')).toEqual({ target: 'x' });
    expect(config.extension('bad')).toEqual({});
    expect(config.extension('toString')).toEqual({});
  });

  test('a project’s count only when the folder is trusted', async () => {
    const files = { '.claude/settings.json': json({ extensions: { a: { x: 1 } } }) };
    const untrusted = await start({ files, expectDiagnostics: [/extensions of .* skipped/] });
    expect(untrusted.config.extension('a')).toEqual({});
    const trusted = await start({ files, flags: { trust: true } });
    expect(trusted.config.extension('a')).toEqual({ x: 1 });
  });
});

test('ConfigLoad may add a layer', async () => {
  const { defineExtension } = await import('tenon/plugin-api');
  const extra = defineExtension({
    manifest: { id: 'extra', version: '1.0.0', api: 1, taps: ['ConfigLoad'] },
    setup(api) {
      api.hooks.ConfigLoad.tap(({ layers }) => ({
        layers: [{ source: 'managed', dir: '/', value: { model: 'remote' } }, ...layers],
      }));
    },
  });
  const { config } = await start({ config: { model: 'user' }, extensions: [extra] });
  expect(config.get('model')).toBe('remote');
  expect(config.layers()[0]?.source).toBe('managed');
});
