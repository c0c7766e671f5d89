import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packed } from '../../../test/gates/packed.ts';
import { doPage } from './page.ts';

let folder: string;
let archive: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenon-first-'));
  archive = await packed(folder);
}, 240_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('what docs/first-extension.md says, somebody from outside can do', async () => {
  const home = join(folder, 'home');
  const cwd = join(folder, 'playground');
  for (const one of [home, cwd]) await mkdir(one);
  const config = (await promisify(execFile)('npm', ['config', 'get', 'userconfig'])).stdout.trim();
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    npm_config_userconfig: config,
    npm_config_cache: join(process.env.HOME ?? home, '.npm'),
    npm_config_prefer_offline: 'true',
  };
  const install = (commands: string) =>
    commands.replace('npm install tenon\n', `npm install --no-audit --no-fund ${archive}\n`);
  expect(await doPage('first-extension.md', cwd, env, install)).toBeGreaterThan(5);
}, 400_000);
