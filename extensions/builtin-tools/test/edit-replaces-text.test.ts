import { execFileSync } from 'node:child_process';
import { chmod, link, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EditOutput } from '../run-edit.ts';
import { type ToolBench, toolBench } from './tool-bench.ts';

async function edited(bench: ToolBench, name: string, old_string: string, new_string: string, more: object = {}) {
  await bench.call('Read', { file_path: name });
  return bench.call<EditOutput>('Edit', { file_path: name, old_string, new_string, ...more });
}

test('replaces one place and shows it', async () => {
  const bench = await toolBench({ files: { 'a.ts': 'const a = 1\nconst b = 2\nconst c = 3\n' } });
  const { text, output } = await edited(bench, 'a.ts', 'b = 2', 'b = $& $1\n// next');
  expect(await bench.project.read('a.ts')).toBe('const a = 1\nconst b = $& $1\n// next\nconst c = 3\n');
  expect(text).toBe(
    `Edited ${bench.dir}/a.ts\n     1\tconst a = 1\n     2\tconst b = $& $1\n     3\t// next\n     4\tconst c = 3`,
  );
  expect(output).toEqual({
    filePath: join(bench.dir, 'a.ts'),
    oldString: 'b = 2',
    newString: 'b = $& $1\n// next',
    originalFile: 'const a = 1\nconst b = 2\nconst c = 3\n',
    structuredPatch: [
      {
        oldStart: 1,
        oldLines: 3,
        newStart: 1,
        newLines: 4,
        lines: [' const a = 1', '-const b = 2', '+const b = $& $1', '+// next', ' const c = 3'],
      },
    ],
    userModified: false,
    replaceAll: false,
  });
});

test('replaces all places when told to', async () => {
  const bench = await toolBench({ files: { 'a.txt': 'x\ny x\nz\nx' } });
  const { text } = await edited(bench, 'a.txt', 'x', 'long\nword', { replace_all: true });
  expect(await bench.project.read('a.txt')).toBe('long\nword\ny long\nword\nz\nlong\nword');
  expect(text).toContain('3 replacements, at lines 1, 3, 6');
});

test('says what is wrong when the text is not there or not unique', async () => {
  const bench = await toolBench({
    files: {
      'a.ts':
        'function a() {\n\tif (x) {\n\t\treturn “quoted”;\n\t}\n}\nfunction calculateTotal(items) {\n  return 1;\n}\nb\nb\nb\n',
    },
  });
  const fails = async (old_string: string) => {
    await bench.call('Read', { file_path: 'a.ts' });
    return bench.call('Edit', { file_path: 'a.ts', old_string, new_string: 'new' }).then(
      () => 'no error',
      (error: Error) => error.message,
    );
  };
  expect(await fails('    if (x) {\n        return “quoted”;')).toMatch(
    /indentation differs.*at line 2:\n\tif \(x\) \{\n\t\treturn/s,
  );
  expect(await fails('return "quoted";')).toMatch(/quotes or dashes differ.*line 3/s);
  expect(await fails('function a()  {')).toMatch(/white space differs.*line 1/s);
  expect(await fails('Function A() {')).toMatch(/case differ/);
  expect(await fails('     1\tfunction a() {')).toMatch(/line numbers of Read/);
  expect(await fails('function calculateTotals(item) {')).toMatch(
    /most similar place starts at line 6:\nfunction calculateTotal\(items\) \{/,
  );
  expect(await fails('something else altogether, nowhere near')).toMatch(/nothing in it is similar/);
  expect(await fails('b\n')).toMatch(/occurs 3 times in .*, at lines 9, 10, 11/);
  expect(await fails('new')).toMatch(/nothing to change/);
});

test('line ends, byte order mark, encoding and mode stay', async () => {
  const bench = await toolBench();
  const make = (name: string, bytes: Buffer) => writeFile(join(bench.dir, name), bytes);
  const bytes = (name: string) => readFile(join(bench.dir, name));
  await make('crlf', Buffer.from('a\r\nb\r\nc\r\n'));
  await edited(bench, 'crlf', 'a\nb', 'A\nB\nB2');
  expect(await bytes('crlf')).toEqual(Buffer.from('A\r\nB\r\nB2\r\nc\r\n'));
  await make('mixed', Buffer.from('a\r\nb\nc\nd\r\ne\n'));
  await edited(bench, 'mixed', 'c\nd', 'C\nD');
  expect(await bytes('mixed')).toEqual(Buffer.from('a\r\nb\nC\nD\r\ne\n'));
  await make('bom', Buffer.from('\ufeffa\r\nb'));
  await edited(bench, 'bom', 'a', 'ä');
  expect(await bytes('bom')).toEqual(Buffer.from('\ufeffä\r\nb'));
  await make('utf16', Buffer.from('\ufeffa\r\nb', 'utf16le'));
  await edited(bench, 'utf16', 'b', '€\n');
  expect(await bytes('utf16')).toEqual(Buffer.from('\ufeffa\r\n€\r\n', 'utf16le'));
  await make('latin1', Buffer.from('caf\xe9 one', 'latin1'));
  await edited(bench, 'latin1', 'é one', 'é two');
  expect(await bytes('latin1')).toEqual(Buffer.from('caf\xe9 two', 'latin1'));
  await expect(edited(bench, 'latin1', 'two', '€')).rejects.toThrow(/not UTF-8/);
  await make('run.sh', Buffer.from('echo 1'));
  await chmod(join(bench.dir, 'run.sh'), 0o751);
  await edited(bench, 'run.sh', '1', '2');
  expect((await stat(join(bench.dir, 'run.sh'))).mode & 0o777).toBe(0o751);
  expect((await readdir(bench.dir)).filter((name) => name.includes('tmp'))).toEqual([]);
});

test('an empty old_string makes a new file, and nothing else', async () => {
  const bench = await toolBench({ files: { 'full.txt': 'x', 'empty.txt': '' } });
  const { text, output } = await bench.call<EditOutput>('Edit', {
    file_path: 'new/a.txt',
    old_string: '',
    new_string: 'hello\n',
  });
  expect(text).toBe(`Created ${bench.dir}/new/a.txt\n     1\thello`);
  expect(output.originalFile).toBe('');
  expect(await bench.project.read('new/a.txt')).toBe('hello\n');
  await edited(bench, 'empty.txt', '', 'filled');
  expect(await bench.project.read('empty.txt')).toBe('filled');
  await expect(edited(bench, 'full.txt', '', 'y')).rejects.toThrow(/exists and is not empty/);
  await expect(bench.call('Edit', { file_path: 'full.tx', old_string: 'x', new_string: 'y' })).rejects.toThrow(
    /full\.txt\?/,
  );
});

test('a link is written through, and stays a link', async () => {
  const bench = await toolBench({ files: { 'real/a.txt': 'one' } });
  await symlink('real', join(bench.dir, 'folder'));
  await symlink('folder/a.txt', join(bench.dir, 'file'));
  await edited(bench, 'file', 'one', 'two');
  expect(await bench.project.read('real/a.txt')).toBe('two');
  expect((await lstat(join(bench.dir, 'file'))).isSymbolicLink()).toBe(true);
});

test('other hard links keep the old content, and the model is told', async () => {
  const bench = await toolBench({ files: { 'a.txt': 'one' } });
  await link(join(bench.dir, 'a.txt'), join(bench.dir, 'b.txt'));
  const { text } = await edited(bench, 'a.txt', 'one', 'two');
  expect(text).toContain('2 hard links');
  expect(await bench.project.read('b.txt')).toBe('one');
});

test('edits of one file at the same time all arrive', async () => {
  const words = Array.from({ length: 20 }, (_, index) => `word${index};`);
  const bench = await toolBench({ files: { 'a.txt': words.join('\n') } });
  await bench.call('Read', { file_path: 'a.txt' });
  await Promise.all(
    words.map((word) => bench.call('Edit', { file_path: 'a.txt', old_string: word, new_string: word.toUpperCase() })),
  );
  expect(await bench.project.read('a.txt')).toBe(words.join('\n').toUpperCase());
});

test('binary, read-only and special files are refused', async () => {
  const bench = await toolBench({ files: { 'locked.txt': 'one' } });
  await chmod(join(bench.dir, 'locked.txt'), 0o444);
  await expect(edited(bench, 'locked.txt', 'one', 'two')).rejects.toThrow(/read-only \(mode 444\)/);
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(bench.dir, 'fifo')]);
  await mkdir(join(bench.dir, 'folder'));
  const edit = (file_path: string) => bench.call('Edit', { file_path, old_string: 'a', new_string: 'b' });
  await expect(edit('fifo')).rejects.toThrow(/a FIFO/);
  await expect(edit('folder')).rejects.toThrow(/is a folder/);
  await expect(bench.call('Write', { file_path: 'fifo', content: '' })).rejects.toThrow(/a FIFO/);
});

test('an aborted edit changes nothing', async () => {
  const bench = await toolBench({ files: { 'a.txt': 'one' } });
  await bench.call('Read', { file_path: 'a.txt' });
  const input = { file_path: 'a.txt', old_string: 'one', new_string: 'two' };
  await expect(bench.call('Edit', input, { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(await bench.project.read('a.txt')).toBe('one');
});
