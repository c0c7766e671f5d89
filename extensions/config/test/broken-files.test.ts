import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { tempProject, testHost } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { placesOf } from '../places.ts';
import { readLayers } from '../read-layers.ts';
import { start } from './start.ts';

test('a file that is no JSON is skipped and named with the place', async () => {
  const { h, config } = await start({
    homeFiles: { '.claude/settings.json': '{\n  "model": "x",\n}\n' },
    files: { '.claude/settings.json': '{ "language": "de" }' },
    expectDiagnostics: [/settings\.json:2:15: expected no "," before "}", got ","; the file is skipped/],
  });
  expect(config.get('model')).toBeUndefined();
  expect(config.get('language')).toBe('de');
  expect(config.problems()).toMatchObject([{ source: 'user', path: h.home.path('.claude/settings.json') }]);
});

test('a byte order mark, an empty file and unknown keys are no problem', async () => {
  const { config } = await start({
    homeFiles: { '.claude/settings.json': '\ufeff{"$schema":"x","futureKey":{"a":[1]}}' },
    files: { '.claude/settings.json': ' \n' },
  });
  expect(config.get('futureKey.a')).toEqual([1]);
  expect(config.problems()).toEqual([]);
});

test('a file whose brackets go deeper than anybody can follow is skipped, and the others count', async () => {
  const deep = `{"a": "[[", "futureKey": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const flat = JSON.stringify({ language: 'de', futureKey: [Array(5_000).fill({ a: ['[', '"', '\\\\'] })] });
  const { config } = await start({
    homeFiles: { '.claude/settings.json': flat },
    files: { '.claude/settings.json': deep, '.claude/settings.local.json': deep },
    expectDiagnostics: [
      /settings\.json:1:\d+: expected at most 1000 brackets within each other/,
      /settings\.local\.json:1:/,
    ],
  });
  expect(config.get('language')).toBe('de');
  expect(config.problems()).toHaveLength(2);
});

test('missing files are nothing', async () => {
  const { config } = await start();
  expect(config.layers()).toEqual([]);
  expect(config.problems()).toEqual([]);
});

test('a list, a folder, a named pipe and a huge file are refused without waiting', async () => {
  const home = await tempProject({ files: { '.claude/settings.json': '[1]' } });
  const project = await tempProject({ files: { '.claude/settings.json': ' '.repeat(10_000_001) } });
  execFileSync('/usr/bin/env', ['mkfifo', project.path('.claude/settings.local.json')]);
  const host = testHost({ cwd: project.dir, home: home.dir });
  const managed = home.path('managed');
  await mkdir(home.path('managed/managed-settings.json'), { recursive: true });
  const { layers, problems } = await readLayers({ ...(await placesOf(host)), managed }, host, {});
  expect(layers).toEqual([]);
  expect(problems.map(({ message }) => message.replace(/^.*\/\.?(managed|claude)\//, ''))).toEqual(
    expect.arrayContaining([
      'settings.json: must hold an object in { }; the file is skipped',
      'settings.json is larger than 10000000 bytes (10000001); the file is skipped',
      'settings.local.json is not a regular file; the file is skipped',
      'managed-settings.json is not a regular file; the file is skipped',
    ]),
  );
});

describe('a value of a wrong type counts as its strictest reading', () => {
  const read = async (config: object, patterns: RegExp[]) =>
    (await start({ config: config as never, expectDiagnostics: patterns })).config;

  test('what would permit something is dropped', async () => {
    const config = await read(
      {
        permissions: { allow: 'Bash', additionalDirectories: ['a', 1], defaultMode: 'yolo' },
        hooks: [],
        env: { A: 1, B: true, C: 'c', D: {} },
        model: 5,
        language: 'de',
      },
      [
        /permissions\.allow must be a list of texts/,
        /additionalDirectories must be a list of texts/,
        /permissions\.defaultMode must be one of .*, got "yolo"; default is used/,
        /hooks must be an object in \{ \}, got a list; it does not count/,
        /env\.D must be a text/,
        /model must be a text in double quotes, got 5/,
      ],
    );
    expect(config.get('permissions')).toEqual({ additionalDirectories: ['a'], defaultMode: 'default' });
    expect(config.get('env')).toEqual({ A: '1', B: 'true', C: 'c' });
    expect([config.get('hooks'), config.get('model'), config.get('language')]).toEqual([undefined, undefined, 'de']);
  });

  test('what would forbid something forbids as much as it can', async () => {
    const config = await read(
      {
        permissions: { deny: 'Bash(rm *)', ask: ['Read', 7], disableBypassPermissionsMode: true },
        disableAllHooks: 'yes',
      },
      [
        /permissions\.deny must be/,
        /permissions\.ask must be/,
        /disableBypass/,
        /disableAllHooks must be true or false/,
      ],
    );
    expect(config.get('permissions')).toEqual({
      deny: ['Bash(rm *)'],
      ask: ['Read', '*'],
      disableBypassPermissionsMode: 'disable',
    });
    expect(config.get('disableAllHooks')).toBe(true);
    const all = await read({ permissions: { deny: { Bash: true } } }, [/counts as a rule for every tool/]);
    expect(all.get('permissions.deny')).toEqual(['*']);
    const whole = await read({ permissions: ['Bash'] }, [/every tool is denied/]);
    expect(whole.get('permissions')).toEqual({ deny: ['*'] });
  });

  test('an empty value forbids nothing', async () => {
    const config = await read({ permissions: { deny: null, ask: {} } }, [/permissions\.deny/, /permissions\.ask/]);
    expect(config.get('permissions')).toEqual({});
  });
});
