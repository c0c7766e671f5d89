import { appendFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { toolBench } from './tool-bench.ts';

const edit = { file_path: 'a.txt', old_string: 'one', new_string: 'ONE' };
const write = { file_path: 'a.txt', content: 'new' };

test('an unread file is not changed', async () => {
  const { call, project } = await toolBench({ files: { 'a.txt': 'one\n' } });
  await expect(call('Edit', edit)).rejects.toThrow(/not been read yet/);
  await expect(call('Write', write)).rejects.toThrow(/not been read yet/);
  expect(await project.read('a.txt')).toBe('one\n');
  await call('Read', { file_path: './a.txt' });
  await call('Edit', edit);
  expect(await project.read('a.txt')).toBe('ONE\n');
});

test('what one session read, another did not', async () => {
  const { call, dir } = await toolBench({ files: { 'a.txt': 'one\n' } });
  await call('Read', { file_path: 'a.txt' });
  await expect(call('Edit', edit, { session: fakeSession({ cwd: dir }) })).rejects.toThrow(/not been read yet/);
});

test('a file that changed since is not changed, even if time and size are the same', async () => {
  const { call, dir, project } = await toolBench({ files: { 'a.txt': 'one\n' } });
  const path = join(dir, 'a.txt');
  const when = new Date(1_700_000_000_000);
  await utimes(path, when, when);
  await call('Read', { file_path: 'a.txt' });
  await writeFile(path, 'one!');
  await utimes(path, when, when);
  await expect(call('Edit', edit)).rejects.toThrow(/changed since it was read; read it again/);
  await expect(call('Write', write)).rejects.toThrow(/changed since/);
  expect(await project.read('a.txt')).toBe('one!');
  await call('Read', { file_path: 'a.txt' });
  await call('Write', write);
  expect(await project.read('a.txt')).toBe('new');
});

test('a file that was only touched may be changed', async () => {
  const { call, dir } = await toolBench({ files: { 'a.txt': 'one\n' } });
  await call('Read', { file_path: 'a.txt' });
  await utimes(join(dir, 'a.txt'), new Date(), new Date());
  await call('Edit', edit);
});

test('a change of our own counts as read', async () => {
  const { call, project, dir } = await toolBench();
  await call('Write', { file_path: 'a.txt', content: 'one two\n' });
  await call('Edit', edit);
  await call('Edit', { file_path: 'a.txt', old_string: 'two', new_string: 'TWO' });
  await call('Write', { file_path: 'a.txt', content: 'three\n' });
  expect(await project.read('a.txt')).toBe('three\n');
  await appendFile(join(dir, 'a.txt'), 'more\n');
  await expect(call('Write', write)).rejects.toThrow(/changed since/);
});

test('a large file that was read in part may be changed while it is as it was', async () => {
  const { call, dir } = await toolBench({
    files: { 'a.txt': `one\n${'x'.repeat(99)}\n`.repeat(1) + `${'y'.repeat(99)}\n`.repeat(150_000) },
  });
  await call('Read', { file_path: 'a.txt', limit: 3 });
  await call('Edit', edit);
  await appendFile(join(dir, 'a.txt'), 'z');
  await expect(call('Edit', { ...edit, old_string: 'ONE', new_string: 'two' })).rejects.toThrow(/changed since/);
});
