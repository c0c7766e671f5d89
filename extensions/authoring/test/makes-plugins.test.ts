import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createHarness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import full from '../../../distros/full.ts';

const program = () => createHarness({ distro: full, strict: false });

test('plugin new makes an extension that plugin check finds sound', async () => {
  const h = await program();
  expect(await h.run('plugin', 'new', '@acme/deploy')).toBe(0);
  expect(h.stdout).toContain('cd deploy && npm install && npm test');
  const read = async (name: string) => readFile(h.project.path('deploy', name), 'utf8');
  expect(JSON.parse(await read('tenon.json'))).toMatchObject({ id: '@acme/deploy', api: 1 });
  expect(JSON.parse(await read('package.json'))).toMatchObject({
    keywords: ['tenon-extension'],
    peerDependencies: { tenon: expect.stringMatching(/^\^\d/) },
    devDependencies: { vitest: expect.any(String), tenon: expect.stringMatching(/^file:\//) },
  });
  expect(await h.run('plugin', 'check', 'deploy')).toBe(0);
  expect(h.stdout).toMatch(/names +1 of @acme\/deploy are there/);
});

test('plugin new --format claude makes a plugin that plugin validate finds sound', async () => {
  const h = await program();
  expect(await h.run('plugin', 'new', 'helper', '--format', 'claude')).toBe(0);
  const folder = h.project.path('helper');
  expect((await readdir(folder)).sort()).toEqual([
    '.claude-plugin',
    'README.md',
    'agents',
    'commands',
    'hooks',
    'scripts',
    'skills',
  ]);
  expect((await stat(join(folder, 'scripts/note-command.sh'))).mode & 0o111).not.toBe(0);
  expect(await h.run('plugin', 'validate', 'helper', '--strict'), h.stdout + h.stderr).toBe(0);
});

test.each([
  [['plugin', 'new'], /it takes one name; usage: tenon plugin new NAME/],
  [['plugin', 'new', 'a', 'b'], /it takes one name/],
  [['plugin', 'new', '../up'], /"..\/up" must be a name of small letters/],
  [['plugin', 'new', 'Upper'], /must be a name/],
  [['plugin', 'new', 'there'], /there is there already; choose another name/],
  [['plugin', 'new', 'x', '--format', 'other'], /--format: "other" is not one of native, claude/],
])('%j is refused', async (words, why) => {
  const h = await program();
  await h.project.write('there/file', '');
  expect(await h.run(...words)).toBe(2);
  expect(h.stderr).toMatch(why);
});
