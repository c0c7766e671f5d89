import { execFileSync } from 'node:child_process';
import { open, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ReadOutput } from '../run-read.ts';
import { toolBench } from './tool-bench.ts';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

test('numbers lines, from a path in any form', async () => {
  const { call, dir, home } = await toolBench({ files: { 'a.txt': 'one\ntwo\n' } });
  await writeFile(join(home, 'h.txt'), 'home');
  const { text, output } = await call<ReadOutput>('Read', { file_path: 'a.txt' });
  expect(text).toBe('     1\tone\n     2\ttwo');
  expect(output).toEqual({
    type: 'text',
    file: { filePath: join(dir, 'a.txt'), content: 'one\ntwo', numLines: 2, startLine: 1, totalLines: 2 },
  });
  expect((await call('Read', { file_path: join(dir, 'a.txt') })).text).toBe(text);
  expect((await call('Read', { file_path: '~/h.txt' })).text).toBe('     1\thome');
});

test('gives the part that was asked for', async () => {
  const { call } = await toolBench({ files: { 'a.txt': lines(50).join('\n') } });
  const part = await call<ReadOutput>('Read', { file_path: 'a.txt', offset: 10, limit: 2 });
  expect(part.text).toBe(
    '    10\tline 10\n    11\tline 11\n\n[PARTIAL: lines 10-11 of 50 lines. Read on with offset 12.]',
  );
  expect(part.output).toMatchObject({ file: { numLines: 2, startLine: 10, totalLines: 50 } });
  // models send numbers in strings now and then
  expect((await call('Read', { file_path: 'a.txt', offset: '50' })).text).toBe('    50\tline 50');
  expect((await call('Read', { file_path: 'a.txt', offset: 51 })).text).toContain('has 50 lines');
});

test('gives the first 2000 lines of a long file, and says how to read on', async () => {
  const { call } = await toolBench({ files: { 'a.txt': `${lines(2500).join('\n')}\n` } });
  const { text, output } = await call<ReadOutput>('Read', { file_path: 'a.txt' });
  expect(text).toContain('  2000\tline 2000\n');
  expect(text).not.toContain('line 2001');
  expect(text).toMatch(/PARTIAL: lines 1-2000 of 2500 lines.*offset 2001/);
  expect(output).toMatchObject({ file: { totalLines: 2500 } });
  const rest = await call('Read', { file_path: 'a.txt', offset: 2001 });
  expect(rest.text).not.toContain('PARTIAL');
  expect(rest.text).toMatch(/ {2}2500\tline 2500$/);
});

test('cuts long lines, and stops at a number of characters', async () => {
  const { call } = await toolBench({
    files: { 'long.txt': `${'x'.repeat(5000)}\nshort`, 'wide.txt': `${'y'.repeat(1900)}\n`.repeat(500) },
  });
  const long = await call('Read', { file_path: 'long.txt' });
  expect(long.text).toMatch(/x{2000} \[\.\.\. line cut, 5000 characters in all\]\n {5}2\tshort$/);
  const wide = await call('Read', { file_path: 'wide.txt' });
  expect(wide.text.length).toBeLessThan(105_000);
  expect(wide.text).toMatch(/PARTIAL: lines 1-52 of 500/);
});

test('empty files, folders, binary and missing files are named as what they are', async () => {
  const { call, dir } = await toolBench({ files: { empty: '', 'src/index.ts': 'x', 'src/setup.ts': '' } });
  await writeFile(join(dir, 'blob'), Buffer.from([1, 2, 0, 3, 4, 5, 0, 0]));
  expect((await call('Read', { file_path: 'empty' })).text).toContain('empty');
  await expect(call('Read', { file_path: 'src' })).rejects.toThrow(/is a folder/);
  await expect(call('Read', { file_path: 'blob' })).rejects.toThrow(/is not text/);
  await expect(call('Read', { file_path: 'src/indx.ts' })).rejects.toThrow(
    /does not exist.*Did you mean .*src\/index\.ts\?/,
  );
  await expect(call('Read', { file_path: 'src/setup.js' })).rejects.toThrow(/setup\.ts/);
  await expect(call('Read', { file_path: '/repo/src/index.ts' })).rejects.toThrow(`Did you mean ${dir}/src/index.ts?`);
  await expect(call('Read', { file_path: 'src/index.ts/x' })).rejects.toThrow(/does not exist/);
});

test('what is no path is refused', async () => {
  const { call } = await toolBench();
  await expect(call('Read', { file_path: 'a\0b' })).rejects.toThrow(/NUL/);
  await expect(call('Read', { file_path: 'a'.repeat(5000) })).rejects.toThrow(/4096/);
  await expect(call('Read', { file_path: 'file:///etc/passwd' })).rejects.toThrow(/URL/);
  await expect(call('Read', {})).rejects.toThrow(/file_path/);
  await expect(call('Read', { file_path: 'a', lines: 3 })).rejects.toThrow(/lines/);
});

test('FIFO, socket and device are refused without waiting, links are followed', async () => {
  const { call, dir } = await toolBench({ files: { 'a.txt': 'text' } });
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(dir, 'fifo')]);
  const server = createServer().listen(join(dir, 'sock'));
  onTestFinished(() => void server.close());
  await symlink('fifo', join(dir, 'to-fifo'));
  await symlink('a.txt', join(dir, 'to-a'));
  await symlink('loop', join(dir, 'loop'));
  await expect(call('Read', { file_path: 'fifo' })).rejects.toThrow(/a FIFO/);
  await expect(call('Read', { file_path: 'to-fifo' })).rejects.toThrow(/a FIFO/);
  await expect(call('Read', { file_path: 'sock' })).rejects.toThrow(/a socket/);
  await expect(call('Read', { file_path: '/dev/zero' })).rejects.toThrow(/a device/);
  await expect(call('Read', { file_path: 'loop' })).rejects.toThrow(/circle/);
  expect((await call('Read', { file_path: 'to-a' })).text).toBe('     1\ttext');
});

test('a file of a gigabyte is read only as far as needed', async () => {
  const { call, dir } = await toolBench();
  const path = join(dir, 'huge.log');
  await writeFile(path, `\ufeff${lines(5000).join('\r\n')}\r\n`);
  await truncate(path, 1024 ** 3);
  const before = process.memoryUsage().rss;
  const { text, output } = await call<ReadOutput>('Read', { file_path: path, offset: 1, limit: 4000 });
  expect(text).toMatch(/^ {5}1\tline 1\n/);
  expect(text).toMatch(/PARTIAL: lines 1-4000 of 1073741824 bytes.*offset 4001/);
  expect(output).toMatchObject({ file: { totalLines: 4000 } });
  expect((await call('Read', { file_path: path, offset: 4999, limit: 2 })).text).toMatch(
    /^ {2}4999\tline 4999\n {2}5000\tline 5000/,
  );
  await expect(call('Read', { file_path: path, offset: 5001 })).rejects.toThrow(/not text/);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

test('a line of many megabytes takes little memory, and reading can be interrupted', async () => {
  const { call, dir } = await toolBench();
  const file = await open(join(dir, 'one-line'), 'w');
  for (let part = 0; part < 30; part++) await file.write('z'.repeat(1024 * 1024));
  await file.close();
  const { text } = await call('Read', { file_path: 'one-line' });
  expect(text).toMatch(/line cut, 31457280 characters/);
  await expect(call('Read', { file_path: 'one-line' }, { signal: AbortSignal.abort() })).rejects.toThrow();
});

test('encodings and line ends are understood', async () => {
  const { call, dir } = await toolBench();
  const write = (name: string, bytes: Buffer) => writeFile(join(dir, name), bytes);
  await write('crlf', Buffer.from('a\r\nb\r\n'));
  await write('bom', Buffer.from('\ufeffä\n'));
  await write('utf16le', Buffer.from('\ufeffhä\nx', 'utf16le'));
  await write('utf16be', Buffer.from('\ufeffhä\nx', 'utf16le').swap16());
  await write('utf16le-bare', Buffer.from('plain words\n', 'utf16le'));
  await write('latin1', Buffer.from('caf\xe9\n', 'latin1'));
  const read = async (file_path: string) => (await call<ReadOutput>('Read', { file_path })).output;
  expect(await read('crlf')).toMatchObject({ file: { content: 'a\nb', totalLines: 2 } });
  expect(await read('bom')).toMatchObject({ file: { content: 'ä' } });
  expect(await read('utf16le')).toMatchObject({ file: { content: 'hä\nx' } });
  expect(await read('utf16be')).toMatchObject({ file: { content: 'hä\nx' } });
  expect(await read('utf16le-bare')).toMatchObject({ file: { content: 'plain words' } });
  expect(await read('latin1')).toMatchObject({ file: { content: 'café' } });
});

test('files of the kernel, which claim to be empty, can be read', async () => {
  const { call } = await toolBench();
  expect((await call('Read', { file_path: '/proc/self/status' })).text).toContain('Name:');
});
