import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GrepOutput } from '../run-grep.ts';
import { type BenchOptions, toolBench } from './tool-bench.ts';

const files = {
  'a.ts': 'first\nconst Needle = 1\nsecond\nthird\nfourth\nconst needle2 = 2\n',
  'src/b.py': 'needle = 3\r\nother\r\n',
  'src/c.md': 'nothing here\n',
  'build/out.ts': 'needle built\n',
  'src/skip.log': 'needle log\n',
  'src/keep.log': 'needle kept\n',
  '.env': 'needle=secret\n',
  '.git/config': 'needle git\n',
  '.gitignore': 'build/\n*.log\n',
  'src/.gitignore': '!keep.log\n',
};

describe.each([
  ['with ripgrep', {}],
  ['without ripgrep', { RG: '/nowhere/rg', PATH: '' }],
])('%s', (_name, env) => {
  const grep = async (input: object, more: BenchOptions = {}) => {
    const bench = await toolBench({ files, env, ...more });
    return bench.call<GrepOutput>('Grep', input);
  };

  test('gives files by default: hidden ones, not ignored ones', async () => {
    const { output, text } = await grep({ pattern: 'needle' });
    expect(output).toMatchObject({ mode: 'files_with_matches', numFiles: 4 });
    expect([...output.filenames].sort()).toEqual(['.env', 'a.ts', 'src/b.py', 'src/keep.log']);
    expect(text).toMatch(/^4 files\n/);
    expect((await grep({ pattern: 'nowhere to be found' })).text).toBe('No files found');
  });

  test('gives lines', async () => {
    const { output, text } = await grep({ pattern: 'needle', output_mode: 'content', glob: '*.{ts,py}' });
    expect(text).toBe('a.ts:6:const needle2 = 2\nsrc/b.py:1:needle = 3');
    expect(output).toEqual({ mode: 'content', numFiles: 2, filenames: [], content: text, numLines: 2, numMatches: 2 });
    const bare = await grep({ pattern: 'NEEDLE', output_mode: 'content', '-i': true, '-n': false, path: 'a.ts' });
    expect(bare.text).toBe('const Needle = 1\nconst needle2 = 2');
    const only = await grep({ pattern: 'n[a-z]+le\\d?', output_mode: 'content', '-o': true, type: 'ts' });
    expect(only.text).toBe('a.ts:6:needle2');
  });

  test('gives lines around matches', async () => {
    const around = await grep({
      pattern: 'needle',
      output_mode: 'content',
      '-C': 1,
      '-i': true,
      path: '.',
      glob: '*.ts',
    });
    expect(around.text).toBe(
      [
        'a.ts-1-first',
        'a.ts:2:const Needle = 1',
        'a.ts-3-second',
        '--',
        'a.ts-5-fourth',
        'a.ts:6:const needle2 = 2',
      ].join('\n'),
    );
    const after = await grep({ pattern: 'Needle', output_mode: 'content', '-A': 1, path: 'a.ts' });
    expect(after.text).toBe('2:const Needle = 1\n3-second');
    const before = await grep({ pattern: 'Needle', output_mode: 'content', '-B': '1', path: 'a.ts' });
    expect(before.text).toBe('1-first\n2:const Needle = 1');
  });

  test('counts', async () => {
    const { output, text } = await grep({ pattern: 'needle', output_mode: 'count', '-i': true, glob: '*.ts *.py' });
    expect(text).toBe('a.ts:2\nsrc/b.py:1\n3 matches in 2 files');
    expect(output).toMatchObject({ mode: 'count', numFiles: 2, numMatches: 3 });
  });

  test('lets a match span lines', async () => {
    const { text } = await grep({ pattern: 'Needle.*?third', multiline: true, output_mode: 'content', path: 'a.ts' });
    expect(text).toBe('2:const Needle = 1\n3:second\n4:third');
    expect((await grep({ pattern: 'Needle.*third' })).text).toBe('No files found');
  });

  test('gives pages, in an order that stays', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`f${String(index).padStart(3, '0')}.txt`, 'x\nx\n']),
    );
    const bench = await toolBench({ files: many, env });
    const page = async (input: object) =>
      (await bench.call<GrepOutput>('Grep', { pattern: 'x', output_mode: 'content', ...input })).text.split('\n');
    const first = await page({});
    expect(first).toHaveLength(251);
    expect(first[0]).toBe('f000.txt:1:x');
    expect(first[250]).toBe('(350 more; go on with offset 250)');
    const second = await page({ offset: 250, head_limit: 2 });
    expect(second).toEqual(['f125.txt:1:x', 'f125.txt:2:x', '(348 more; go on with offset 252)']);
    expect(await page({ head_limit: 0 })).toHaveLength(600);
    expect(await page({ offset: 700 })).toEqual(['', '(there are 600; offset 700 is behind the last)']);
  });

  test('text from the model is never an option', async () => {
    expect((await grep({ pattern: '--files' })).text).toBe('No files found');
    expect((await grep({ pattern: '-e' })).text).toBe('No files found');
    await expect(grep({ pattern: 'x', path: '--pre=touch' })).rejects.toThrow(/does not exist/);
    const odd = await toolBench({ files: { '-v': 'needle\n' }, env });
    expect((await odd.call('Grep', { pattern: 'needle', path: '-v' })).text).toContain('-v');
    expect((await grep({ pattern: 'needle', glob: '--pre=x' })).text).toBe('No files found');
  });

  test('a configuration of ripgrep is not read', async () => {
    const { project } = await toolBench({ files: { 'rg-config': '--files\n' } });
    const bench = await toolBench({ files, env: { ...env, RIPGREP_CONFIG_PATH: project.path('rg-config') } });
    expect((await bench.call('Grep', { pattern: 'no such text' })).text).toBe('No files found');
  });

  test('a wrong expression, type or path says what is wrong', async () => {
    await expect(grep({ pattern: '(unclosed' })).rejects.toThrow(/unclosed|unterminated/i);
    await expect(grep({ pattern: 'x', type: 'nonsense' })).rejects.toThrow(/nonsense/);
    await expect(grep({ pattern: 'x', path: 'srx' })).rejects.toThrow(/Did you mean/);
    await expect(grep({ pattern: 'x', output_mode: 'lines' })).rejects.toThrow(/output_mode/);
  });

  test('files that may not be read are not searched', async () => {
    const { output, text } = await grep({ pattern: 'needle', output_mode: 'content' }, { denied: '.env' });
    expect(output.content).not.toContain('secret');
    expect(text).toMatch(/may not be read are left out: 1/);
  });

  test('binary files, long lines and much output', async () => {
    const bench = await toolBench({ env });
    await writeFile(join(bench.dir, 'blob'), Buffer.from('needle\0\0needle\n'));
    await writeFile(join(bench.dir, 'long.txt'), `needle ${'x'.repeat(5000)}\n`);
    await writeFile(join(bench.dir, 'many.txt'), `needle ${'y'.repeat(400)}\n`.repeat(1000));
    const { text } = await bench.call<GrepOutput>('Grep', { pattern: 'needle', output_mode: 'content', head_limit: 0 });
    expect(text.length).toBeLessThan(52_000);
    expect(text.split('\n')[0]!.length).toBeLessThan(600);
    expect(text).not.toContain('\0');
    expect(text).toMatch(/more; go on with offset/);
  });
});

test('an RG that is no program is said, and searched without', async () => {
  const bench = await toolBench({ files, env: { RG: 'rg', PATH: '' } });
  expect((await bench.call('Grep', { pattern: 'needle' })).text).toMatch(/^4 files/);
  expect(bench.diagnostics.map(({ message }) => message).join()).toMatch(/RG is "rg"/);
});

test('without ripgrep, an expression that takes for ever is stopped', async () => {
  const bench = await toolBench({
    files: { 'a.txt': `${'a'.repeat(40)}b\n`, 'b.txt': 'aaa\n' },
    env: { RG: '/nowhere', PATH: '' },
  });
  const { text } = await bench.call('Grep', { pattern: '(a+)+$' });
  expect(text).toContain('b.txt');
  expect(text).toMatch(/a\.txt: the expression takes too long/);
});
