import { expect, test } from 'vitest';
import { start } from './start.ts';

test('settings can be laid over those of the command line, for the run', async () => {
  const { h, config } = await start({
    config: { model: 'a', permissions: { allow: ['Read'] } },
    flags: { settings: '{"model":"b","effortLevel":"low"}' },
  });
  await config.lay({ model: 'c', permissions: { deny: ['Bash'] } });
  expect(config.get('model')).toBe('c');
  expect(config.get('effortLevel')).toBe('low');
  expect(config.get('permissions')).toEqual({ allow: ['Read'], deny: ['Bash'] });
  expect(config.layers()[0]).toEqual({
    source: 'flag',
    dir: h.project.dir,
    value: { model: 'c', effortLevel: 'low', permissions: { deny: ['Bash'] } },
  });
  await config.lay({ permissions: { ask: ['Edit'] } });
  expect(config.get('permissions')).toEqual({ allow: ['Read'], deny: ['Bash'], ask: ['Edit'] });
  await config.lay({ model: null, permissions: { deny: null } });
  expect(config.get('model')).toBe('b');
  expect(config.get('permissions')).toEqual({ allow: ['Read'], ask: ['Edit'] });
});

test('without --settings they are a layer of their own', async () => {
  const { h, config } = await start({ config: { model: 'a' } });
  const before = config.layers().length;
  await config.lay({ model: 'b' });
  expect(config.layers()[0]).toEqual({ source: 'flag', dir: h.project.dir, value: { model: 'b' } });
  await config.lay({ model: null });
  expect(config.layers()).toHaveLength(before);
});

test('wrong types are repaired as in a file, locked keys do not count', async () => {
  const { config } = await start({ expectDiagnostics: [/model/, /locked/] }, { locked: ['cleanupPeriodDays'] });
  await config.lay({ model: 5, cleanupPeriodDays: 3 });
  expect(config.get('model')).toBeUndefined();
  expect(config.get('cleanupPeriodDays')).toBeUndefined();
});
