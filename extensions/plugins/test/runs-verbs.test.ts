import { defineDistro } from 'tenon/kernel';
import { defineExtension, PluginVerbs, UsageError } from 'tenon/plugin-api';
import { createHarness, entryOf } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import bare from '../../../distros/bare.ts';
import plugins from '../index.ts';

/** An extension with three verbs; what they were given is kept. */
function verbs(given: unknown[]) {
  return defineExtension({
    manifest: {
      id: 'verbs',
      version: '1',
      api: 1,
      contributes: {
        'plugin-verbs': [
          { name: 'install', usage: 'SOURCE', description: 'Install it' },
          { name: 'wrong', description: 'Refuse everything' },
          'liar',
        ],
      },
    },
    setup(api) {
      api.add(PluginVerbs, {
        name: 'install',
        description: '',
        run: async (args, flags) => {
          given.push({ args, json: flags.json });
          return 3;
        },
      });
      api.add(PluginVerbs, {
        name: 'wrong',
        description: '',
        run: () => Promise.reject(new UsageError('plugin wrong: it takes nothing')),
      });
    },
  });
}

async function program(given: unknown[] = [], withVerbs = true) {
  const extensions = [...bare.extensions, entryOf(plugins, { kind: 'bundled' })];
  if (withVerbs) extensions.push(entryOf(verbs(given), { kind: 'bundled' }));
  return createHarness({ distro: defineDistro({ ...bare, extensions }), strict: false });
}

test('a verb gets the words after it and the flags, and gives the exit code', async () => {
  const given: unknown[] = [];
  const h = await program(given);
  expect(await h.run('plugin', 'install', 'a', '--json', 'b')).toBe(3);
  expect(given).toEqual([{ args: ['a', 'b'], json: true }]);
});

test('without a verb they are listed, and none is loaded', async () => {
  const h = await program();
  expect(await h.run('plugin')).toBe(0);
  expect(h.stdout).toMatch(/^Usage: tenon-bare plugin <verb>.*\n\n {2}install SOURCE {2}Install it\n {2}liar/);
  expect(h.kernel.extensions.list().find(({ manifest }) => manifest.id === 'verbs')?.state).toBe('idle');
  expect(await h.run('plugin', '--json')).toBe(0);
  expect(JSON.parse(h.stdout.slice(h.stdout.indexOf('[\n')))).toContainEqual({
    name: 'install',
    description: 'Install it',
    usage: 'SOURCE',
  });
});

test('an unknown verb is a mistake in the call', async () => {
  const h = await program();
  expect(await h.run('plugin', 'instal')).toBe(2);
  expect(h.stderr).toContain('plugin: there is no verb "instal"; did you mean install?');
  expect(await h.run('plugin', 'wrong')).toBe(2);
  expect(h.stderr).toContain('plugin wrong: it takes nothing');
});

test('a verb that nobody adds is named with its extension', async () => {
  const h = await program();
  expect(await h.run('plugin', 'liar')).toBe(1);
  expect(h.stderr).toContain('plugin liar cannot run: the extension verbs did not start, or does not offer it');
});

test('a build without verbs says so', async () => {
  const h = await program([], false);
  expect(await h.run('plugin', 'help')).toBe(0);
  expect(h.stdout).toBe('This build has no verbs for plugins.\n');
});
