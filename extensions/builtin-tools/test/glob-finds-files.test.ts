import { mkdir, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GlobOutput } from '../run-glob.ts';
import { toolBench } from './tool-bench.ts';

const files = {
  'a.ts': '',
  'src/b.ts': '',
  'src/deep/c.tsx': '',
  'src/app/[id]/page.tsx': '',
  '!odd.ts': '',
  '.hidden/d.ts': '',
  'node_modules/x/e.ts': '',
  '.git/f.ts': '',
  '.gitignore': 'node_modules\nsrc\n',
};

describe.each([
  ['with ripgrep', {}],
  ['without ripgrep', { RG: '/nowhere/rg', PATH: '' }],
])('%s', (_name, env) => {
  const find = async (input: object, more: { denied?: string } = {}) => {
    const bench = await toolBench({ files, env, ...more });
    const { output } = await bench.call<GlobOutput>('Glob', input);
    return [...output.filenames].sort();
  };

  test('fits names in every folder, ignored and hidden ones too, but not in .git', async () => {
    expect(await find({ pattern: '*.ts' })).toEqual([
      '!odd.ts',
      '.hidden/d.ts',
      'a.ts',
      'node_modules/x/e.ts',
      'src/b.ts',
    ]);
    expect(await find({ pattern: '**/*.{ts,tsx}', path: 'src' })).toEqual([
      'src/app/[id]/page.tsx',
      'src/b.ts',
      'src/deep/c.tsx',
    ]);
  });

  test('a pattern with a slash is tied to the folder', async () => {
    expect(await find({ pattern: 'src/*.ts' })).toEqual(['src/b.ts']);
    expect(await find({ pattern: './src/**/*.tsx' })).toEqual(['src/app/[id]/page.tsx', 'src/deep/c.tsx']);
    expect(await find({ pattern: 'src/b.ts' })).toEqual(['src/b.ts']);
    expect(await find({ pattern: 'src/' })).toEqual(['src/app/[id]/page.tsx', 'src/b.ts', 'src/deep/c.tsx']);
    expect(await find({ pattern: '*/b.ts' })).toEqual(['src/b.ts']);
  });

  test('special characters that are meant as they are', async () => {
    expect(await find({ pattern: '!odd.ts' })).toEqual(['!odd.ts']);
    expect(await find({ pattern: 'src/app/[id]/page.tsx' })).toEqual(['src/app/[id]/page.tsx']);
  });

  test('an absolute pattern', async () => {
    const bench = await toolBench({ files, env });
    const { output } = await bench.call<GlobOutput>('Glob', { pattern: `${bench.dir}/src/*.ts`, path: '/usr' });
    expect(output.filenames).toEqual(['src/b.ts']);
    const away = await bench.call<GlobOutput>('Glob', { pattern: '*.ts', path: bench.home });
    expect(away).toMatchObject({ text: 'No files found', output: { numFiles: 0, filenames: [], truncated: false } });
  });

  test('gives the last changed first, at most 100', async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`f${index}.txt`, '']));
    const bench = await toolBench({ files: many, env });
    await Promise.all(
      Object.keys(many).map((name, index) => utimes(join(bench.dir, name), 1_000 + index, 1_000 + index)),
    );
    const { output, text } = await bench.call<GlobOutput>('Glob', { pattern: '*.txt' });
    expect(output).toMatchObject({ numFiles: 100, truncated: true });
    expect(output.filenames.slice(0, 3)).toEqual(['f119.txt', 'f118.txt', 'f117.txt']);
    expect(text).toContain('only the 100 files');
  });

  test('links are not followed', async () => {
    const bench = await toolBench({ files: { 'a/x.txt': '' }, env });
    await mkdir(join(bench.dir, 'a/b'));
    await symlink('..', join(bench.dir, 'a/b/up'));
    expect((await bench.call<GlobOutput>('Glob', { pattern: '**/*.txt' })).output.filenames).toEqual(['a/x.txt']);
  });

  test('files that may not be read are not found', async () => {
    expect(await find({ pattern: '*.tsx' }, { denied: 'deep' })).toEqual(['src/app/[id]/page.tsx']);
  });

  test('a folder that is none is an error', async () => {
    const bench = await toolBench({ files, env });
    await expect(bench.call('Glob', { pattern: '*', path: 'sr' })).rejects.toThrow(/does not exist.*src\?/);
    await expect(bench.call('Glob', { pattern: '*', path: 'a.ts' })).rejects.toThrow(/is a file/);
  });
});
