import { expect, test } from 'vitest';
import { startDistro } from './start.ts';

const own = { config: { permissions: { mode: 'ask', deny: ['Web'] } }, locked: ['permissions.mode', 'model'] };

test('no layer changes a locked key, and each attempt is named', async () => {
  const { config } = await startDistro(own, {
    config: { permissions: { mode: 'yolo', deny: ['Bash'] }, model: 'x', language: 'de' },
    expectDiagnostics: [/permissions\.mode is locked/, /model is locked/],
  });
  expect(config.get('permissions')).toEqual({ mode: 'ask', deny: ['Bash', 'Web'] });
  expect(config.get('model')).toBeUndefined();
  expect(config.get('language')).toBe('de');
  expect(config.layers()[0]?.value).toEqual({ permissions: { deny: ['Bash'] }, language: 'de' });
});

test('a parent that is no object does not hide a locked key', async () => {
  const { config } = await startDistro(
    { config: { acme: { url: 'a' } }, locked: ['acme.url'] },
    { config: { acme: 'none' }, expectDiagnostics: [/acme is locked/] },
  );
  expect(config.get('acme.url')).toBe('a');
});

test('set refuses a locked key, what holds it and what it holds', async () => {
  const { config } = await startDistro(own);
  for (const key of ['permissions.mode', 'permissions', 'model', 'model.name']) {
    await expect(config.set('user', key, {})).rejects.toThrow(new RegExp(`^${key} cannot be changed: .* is locked`));
  }
  await config.set('user', 'permissions.ask', ['Read']);
  expect(config.get('permissions.ask')).toEqual(['Read']);
});
