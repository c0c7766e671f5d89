import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Skills } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { unpackedZip } from '../unpacked-zip.ts';
import { setUp } from './setup.ts';
import { zip } from './zip.ts';

const plugin = [
  { path: 'wrap/.claude-plugin/plugin.json', text: '{"name":"zipped"}' },
  { path: 'wrap/commands/a.md', text: 'From a zip.', store: true },
  { path: 'wrap/bin/tool', text: '#!/bin/sh\n', mode: 0o100755 },
  { path: 'wrap/commands/link.md', text: '/etc/passwd', mode: 0o120777 },
];

test('a plugin in a zip is unpacked once, without the folder around it and without links', async () => {
  const folder = await tempProject();
  writeFileSync(folder.path('p.zip'), zip(plugin));
  const { h, plugins } = await setUp({ flags: { 'plugin-dir': [folder.path('p.zip')] } });
  expect(h.kernel.declared(Skills).map(({ name }) => name)).toEqual(['zipped:a']);
  const { path } = plugins.list()[0]!;
  expect(path).toContain(h.home.path('.claude/tenon/cache/plugins/p-'));
  expect(statSync(join(path, 'bin/tool')).mode & 0o777).toBe(0o755);
  const again = await unpackedZip(folder.path('p.zip'), h.home.path('.claude/tenon/cache/plugins'));
  expect(again).toBe(path);
});

test('what the program zip makes is read, where there is one', async () => {
  if (!hasZip()) return;
  const folder = await tempProject({ files: { 'a/deep/file.txt': 'text '.repeat(1_000) } });
  execFileSync('zip', ['-qr', 'x.zip', 'a'], { cwd: folder.dir });
  const path = await unpackedZip(folder.path('x.zip'), folder.path('out'));
  expect(readFileSync(join(path, 'deep/file.txt'), 'utf8')).toBe('text '.repeat(1_000));
});

test.each<[string, Buffer | string, RegExp]>([
  ['no zip', 'nonsense', /is no zip/],
  ['leading out', zip([{ path: '../x', text: 'x' }]), /leads out of it/],
  ['an absolute path', zip([{ path: '/x', text: 'x' }]), /leads out of it/],
  ['a path of Windows', zip([{ path: 'a\\..\\..\\x', text: 'x' }]), /leads out of it/],
  ['a wrong size', zip([{ path: 'x', text: 'xx', size: 1 }]), /damaged|larger|buffer/i],
  ['a huge size', zip([{ path: 'x', text: 'x', size: 0xfffffff0 }]), /unpacks to more than/],
  ['an unknown method', zip([{ path: 'x', text: 'x', method: 99 }]), /method 99/],
  ['half of it', zip(plugin).subarray(40), /damaged/],
])('an archive that is broken is refused: %s', async (_, bytes, message) => {
  const folder = await tempProject();
  writeFileSync(folder.path('p.zip'), bytes);
  await expect(unpackedZip(folder.path('p.zip'), folder.path('out'))).rejects.toThrow(message);
  const { plugins } = await setUp({ flags: { 'plugin-dir': [folder.path('p.zip')] }, expectDiagnostics: ['LOG'] });
  expect(plugins.list()).toMatchObject([{ id: 'p.zip@inline', loaded: false, problems: [{ type: 'not-a-plugin' }] }]);
});

function hasZip(): boolean {
  try {
    execFileSync('zip', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // not installed: what it makes cannot be tried
  }
}
