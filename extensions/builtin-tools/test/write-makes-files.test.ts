import { chmod, lstat, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WriteOutput } from '../run-write.ts';
import { toolBench } from './tool-bench.ts';

test('makes a file and the folders above it', async () => {
  const { call, dir, project } = await toolBench();
  const { text, output } = await call<WriteOutput>('Write', { file_path: 'a/b/c.txt', content: 'hi\n' });
  const filePath = join(dir, 'a/b/c.txt');
  expect(text).toBe(`Created ${filePath}`);
  expect(output).toEqual({ type: 'create', filePath, content: 'hi\n', structuredPatch: [], originalFile: null });
  expect(await project.read('a/b/c.txt')).toBe('hi\n');
  expect((await stat(filePath)).mode & 0o777).toBe(0o666 & ~process.umask());
});

test('replaces a file, with its difference', async () => {
  const { call, dir } = await toolBench({ files: { 'a.txt': 'one\ntwo\n' } });
  await chmod(join(dir, 'a.txt'), 0o640);
  await call('Read', { file_path: 'a.txt' });
  const { output } = await call<WriteOutput>('Write', { file_path: 'a.txt', content: 'one\n2\n' });
  expect(output).toMatchObject({
    type: 'update',
    originalFile: 'one\ntwo\n',
    structuredPatch: [{ oldStart: 1, lines: [' one', '-two', '+2'] }],
  });
  expect((await stat(join(dir, 'a.txt'))).mode & 0o777).toBe(0o640);
});

test('a file with CRLF and a byte order mark stays one', async () => {
  const { call, dir } = await toolBench();
  const path = join(dir, 'a.bat');
  await writeFile(path, '\ufeffone\r\ntwo\r\n');
  await call('Read', { file_path: path });
  await call('Write', { file_path: path, content: 'three\nfour\n' });
  expect(await readFile(path, 'utf8')).toBe('\ufeffthree\r\nfour\r\n');
});

test('a link without a target is written through', async () => {
  const { call, dir, project } = await toolBench({ files: { 'real/x': '' } });
  await symlink('real', join(dir, 'folder'));
  await symlink('folder/new.txt', join(dir, 'link'));
  await call('Write', { file_path: 'link', content: 'x' });
  expect(await project.read('real/new.txt')).toBe('x');
  expect((await lstat(join(dir, 'link'))).isSymbolicLink()).toBe(true);
  await symlink('b', join(dir, 'a'));
  await symlink('a', join(dir, 'b'));
  await expect(call('Write', { file_path: 'a', content: 'x' })).rejects.toThrow(/circle/);
});

test('a path through a file is refused', async () => {
  const { call } = await toolBench({ files: { 'a.txt': '' } });
  await expect(call('Write', { file_path: 'a.txt/b', content: '' })).rejects.toThrow(/a\.txt/);
});

test('texts that have nothing in common are compared in bounded time', async () => {
  const text = (seed: number) => Array.from({ length: 30_000 }, (_, index) => `${(index * seed) % 99_991}`).join('\n');
  const { call } = await toolBench({ files: { 'a.txt': text(7919) } });
  await call('Read', { file_path: 'a.txt', limit: 1 });
  const { output } = await call<WriteOutput>('Write', { file_path: 'a.txt', content: text(104_729) });
  expect(output.structuredPatch.length).toBeGreaterThan(0);
});
