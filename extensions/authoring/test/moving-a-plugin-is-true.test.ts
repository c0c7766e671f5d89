import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtCli } from '../../../test/gates/built.ts';
import { root } from '../../../test/gates/source-file.ts';
import { doPage } from './page.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenon-moving-'));
  await builtCli();
}, 240_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('what docs/moving-a-plugin.md says is so', async () => {
  const [home, cwd, bin] = ['home', 'work', 'bin'].map((name) => join(folder, name)) as [string, string, string];
  for (const one of [home, cwd, bin]) await mkdir(one);
  const program = join(root, 'dist/tenon.cjs');
  await writeFile(join(bin, 'tenon'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, { mode: 0o755 });
  const path = `${bin}${delimiter}${process.env.PATH}`;
  const env = { PATH: path, HOME: home, LANG: 'C.UTF-8', TERM: 'dumb' };
  expect(await doPage('moving-a-plugin.md', cwd, env)).toBeGreaterThan(6);
}, 120_000);
