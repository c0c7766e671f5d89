import { chmod, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { Config, type ConfigChange, defineExtension, Trust } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { program, start } from './start.ts';

test('makes folder and file, and the new value counts at once', async () => {
  const { h, config } = await start();
  await config.set('user', 'a.b', [1]);
  await config.set('local', 'language', 'de');
  await config.set('project', 'model', 'm');
  expect(await h.home.read('.claude/settings.json')).toBe('{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}\n');
  expect(await h.project.read('.claude/settings.local.json')).toBe('{\n  "language": "de"\n}\n');
  expect([config.get('a.b'), config.get('language'), config.get('model')]).toEqual([[1], 'de', 'm']);
});

test('keeps other keys, indentation, byte order mark, line ends and mode', async () => {
  const { h, config } = await start();
  const file = await h.home.write('.claude/settings.json', '\ufeff{\r\n\t"x": {"y": 1},\r\n\t"z": [2]\r\n}\r\n');
  await chmod(file, 0o600);
  await config.set('user', 'x.w', true);
  expect(await readFile(file, 'utf8')).toBe(
    '\ufeff{\r\n\t"x": {\r\n\t\t"y": 1,\r\n\t\t"w": true\r\n\t},\r\n\t"z": [\r\n\t\t2\r\n\t]\r\n}\r\n',
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await h.home.write('.claude/settings.json', '{"x":1,"y":2}');
  await config.set('user', 'x', undefined);
  expect(await h.home.read('.claude/settings.json')).toBe('{"y":2}');
});

test('writes one after the other', async () => {
  const { h, config } = await start();
  await Promise.all(Array.from({ length: 10 }, (_, index) => config.set('user', `key${index}`, index)));
  expect(Object.keys(JSON.parse((await h.home.read('.claude/settings.json'))!))).toHaveLength(10);
});

test('a symbolic link of the user stays one', async () => {
  const { h, config } = await start();
  const dotfiles = await tempProject({ files: { 'settings.json': '{}' } });
  await mkdir(h.home.path('.claude'), { recursive: true });
  await symlink(dotfiles.path('settings.json'), h.home.path('.claude/settings.json'));
  await config.set('user', 'model', 'x');
  expect((await lstat(h.home.path('.claude/settings.json'))).isSymbolicLink()).toBe(true);
  expect(await dotfiles.read('settings.json')).toBe('{\n  "model": "x"\n}');
});

describe('refuses', () => {
  test('a file that is no JSON, and leaves it alone', async () => {
    const { h, config } = await start();
    await h.home.write('.claude/settings.json', '{ oh');
    await expect(config.set('user', 'a', 1)).rejects.toThrow(
      /settings\.json:1:3: expected a key in double quotes, got "oh"; a was not changed$/,
    );
    expect(await h.home.read('.claude/settings.json')).toBe('{ oh');
  });

  test('a project’s file or folder that is a link out of the project', async () => {
    const { h, config } = await start();
    const other = await tempProject({ files: { 'settings.json': '{}' } });
    await mkdir(h.project.path('.claude'));
    await symlink(other.path('settings.json'), h.project.path('.claude/settings.json'));
    await expect(config.set('project', 'a', 1)).rejects.toThrow(/symbolic link leads out of the project/);
    await symlink(other.dir, h.project.path('linked'));
    await writeFile(h.project.path('.claude/settings.local.json'), '{}');
    await config.set('local', 'a', 1);
    expect(await other.read('settings.json')).toBe('{}');
  });

  test('a value of a wrong type and a name that is no key', async () => {
    const { config } = await start();
    await expect(config.set('user', 'permissions.allow', 'Bash')).rejects.toThrow(
      'permissions.allow must be a list of texts in [ ], got "Bash"',
    );
    for (const key of ['', '.', 'a..b', 'a.']) await expect(config.set('user', key, 1)).rejects.toThrow('settings key');
  });
});

test('ConfigChange tells of the new layers', async () => {
  const seen: ConfigChange[] = [];
  const watcher = defineExtension({
    manifest: { id: 'watcher', version: '1.0.0', api: 1, taps: ['ConfigChange'] },
    setup(api) {
      api.hooks.ConfigChange.tap((value) => void seen.push(value));
    },
  });
  const { config } = await start({ extensions: [watcher] });
  await config.set('user', 'model', 'x');
  expect(seen).toHaveLength(1);
  expect(seen[0]?.layers.at(-1)?.value).toEqual({ model: 'x' });
});

test('a change that the user makes through it does not end the trust in the folder', async () => {
  const h = await program({ files: { '.claude/settings.json': '{"permissions":{"allow":["Read"]}}' } });
  await (await h.kernel.use(Trust)).decide(h.project.dir, true);
  const config = await h.kernel.use(Config);
  const kinds = async () => {
    const { folders } = JSON.parse((await h.home.read('.claude/tenon/trust.json'))!);
    return folders[h.project.dir][0].kinds;
  };
  const before = await kinds();
  await config.set('local', 'permissions.allow', ['Bash']);
  expect(config.get('permissions.allow')).toEqual(['Bash', 'Read']);
  expect(Object.keys(await kinds())).toEqual(Object.keys(before));
  expect(await kinds()).not.toEqual(before);
});

test('a change in a folder that is not trusted does not make it trusted', async () => {
  const { h, config } = await start({ expectDiagnostics: [/permissions\.allow of .* skipped/] });
  await config.set('local', 'permissions.allow', ['Bash']);
  expect(config.get('permissions.allow')).toBeUndefined();
  expect(await h.home.read('.claude/tenon/trust.json')).toBeUndefined();
});
