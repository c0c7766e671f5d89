import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printedFile } from '../read-by-shell.ts';
import { toolBench } from './tool-bench.ts';

test('a command that only prints one file is told from all others', () => {
  for (const command of [
    'cat a.txt',
    ' cat -n "a.txt" ',
    'head -n 20 a.txt',
    'head -20 a.txt',
    "sed -n '1,20p' a.txt",
    "grep -n 'some text' a.txt",
    'grep -A 3 x a.txt',
    'tail -c 100 a.txt',
  ]) {
    expect([command, printedFile(command)]).toEqual([command, 'a.txt']);
  }
  for (const command of [
    'cat a.txt b.txt',
    'cat a.txt | wc',
    'cat > a.txt',
    'cat *.txt',
    'cat $FILE',
    'cat a.txt; rm a.txt',
    "sed -i 's/a/b/' a.txt",
    "sed -n 'w a.txt' b.txt",
    'grep x',
    'cat -',
    "cat 'a'b",
    'ls a.txt',
  ]) {
    expect([command, printedFile(command)]).toEqual([command, undefined]);
  }
});

test('a printed file may be edited', async () => {
  const { call, dir, project } = await toolBench({ files: { 'src/a.txt': 'one\n' } });
  await utimes(join(dir, 'src/a.txt'), 1_000, 1_000);
  await call('Bash', { command: 'cd src' });
  await call('Bash', { command: 'cat a.txt' });
  await call('Edit', { file_path: 'a.txt', old_string: 'one', new_string: 'two' });
  expect(await project.read('src/a.txt')).toBe('two\n');
});

test('a failed command has read nothing', async () => {
  const { call } = await toolBench({ files: { 'a.txt': 'one\n' } });
  await call('Bash', { command: 'grep zebra a.txt' });
  await expect(call('Edit', { file_path: 'a.txt', old_string: 'one', new_string: 'two' })).rejects.toThrow(
    /not been read/,
  );
});
