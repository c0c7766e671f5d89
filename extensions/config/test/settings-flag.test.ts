import { tempProject, testHost } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { placesOf } from '../places.ts';
import { readLayers } from '../read-layers.ts';
import { start } from './start.ts';

test('JSON text', async () => {
  const { h, config } = await start({ config: { model: 'a' }, flags: { settings: ' {"model":"b"}' } });
  expect(config.get('model')).toBe('b');
  expect(config.layers()[0]).toEqual({ source: 'flag', dir: h.project.dir, value: { model: 'b' } });
});

test('a file, relative to where the program was started; its folder is where its paths start', async () => {
  const { h, config } = await start({ files: { 'ci/s.json': '{"model":"b"}' }, flags: { settings: 'ci/s.json' } });
  expect(config.layers()[0]).toEqual({
    source: 'flag',
    path: h.project.path('ci/s.json'),
    dir: h.project.path('ci'),
    value: { model: 'b' },
  });
});

test('a file below the home folder', async () => {
  const { config } = await start({ homeFiles: { 's.json': '{"model":"b"}' }, flags: { settings: '~/s.json' } });
  expect(config.get('model')).toBe('b');
});

describe('what cannot be followed is a usage error that names the flag', () => {
  const refusal = async (flags: Record<string, string>, files: Record<string, string> = {}) => {
    const project = await tempProject({ files });
    const host = testHost({ cwd: project.dir, home: project.dir });
    const error: Error = await readLayers(await placesOf(host), host, flags).then(
      () => expect.fail('accepted'),
      (reason) => reason,
    );
    expect(error.name).toBe('UsageError');
    return error.message.replace(project.dir, '');
  };
  test('and the file', async () => {
    expect(await refusal({ settings: 'no.json' })).toBe(
      '--settings needs the path of a JSON file, or JSON text; got /no.json, which does not exist',
    );
    expect(await refusal({ settings: '' })).toMatch(/^--settings needs .* got an empty text$/);
    expect(await refusal({ settings: '.' })).toBe('--settings:  is not a regular file');
  });
  test('and the place in it', async () => {
    expect(await refusal({ settings: 's.json' }, { 's.json': '{\n  a: 1 }' })).toBe(
      '--settings: /s.json:2:3: expected a key in double quotes, got "a"',
    );
    expect(await refusal({ settings: '{"a":}' })).toBe('--settings: its JSON:1:6: expected a value, got "}"');
    expect(await refusal({ settings: 's.json' }, { 's.json': '[]' })).toBe(
      '--settings: /s.json must hold an object in { }',
    );
  });
  test('and the source', async () => {
    expect(await refusal({ 'setting-sources': 'user,projct' })).toBe(
      '--setting-sources: "projct" is not one of user, project, local',
    );
  });
});
