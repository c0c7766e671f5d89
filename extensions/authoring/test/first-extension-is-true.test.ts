import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packed } from '../../../test/gates/packed.ts';
import { root } from '../../../test/gates/source-file.ts';

/** A block of the page: commands, expected lines, or a file. */
interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

let folder: string;
let archive: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenon-first-'));
  archive = await packed(folder);
}, 240_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language = '', file, text = '']) => ({
    language,
    file,
    text,
  }));
}

/** Runs commands one after the other in a shell; the folder that they end in is where the next ones begin. */
async function run(
  commands: string,
  cwd: string,
  home: string,
): Promise<{ output: string; cwd: string; code: number | null }> {
  const script = `set -e\n${commands}\npwd > "$HOME/cwd"\n`;
  const config = (await promisify(execFile)('npm', ['config', 'get', 'userconfig'])).stdout.trim();
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TERM: 'dumb', npm_config_userconfig: config };
  const more = { npm_config_cache: join(process.env.HOME ?? home, '.npm'), npm_config_prefer_offline: 'true' };
  const child = spawn('bash', ['-c', script], { cwd, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const now = await readFile(join(home, 'cwd'), 'utf8').catch(() => cwd);
  return { output, cwd: now.trim(), code };
}

test('what docs/first-extension.md says, somebody from outside can do', async () => {
  const blocks = blocksOf(await readFile(join(root, 'docs/first-extension.md'), 'utf8'));
  const home = join(folder, 'home');
  let cwd = join(folder, 'playground');
  for (const one of [home, cwd]) await mkdir(one);
  let output = '';
  for (const { language, file, text } of blocks) {
    if (file !== undefined) {
      await mkdir(dirname(join(cwd, file)), { recursive: true });
      await writeFile(join(cwd, file), text);
    } else if (language === 'sh') {
      const done = await run(
        text.replace('npm install tenon\n', `npm install --no-audit --no-fund ${archive}\n`),
        cwd,
        home,
      );
      expect(done.code, done.output).toBe(0);
      ({ output, cwd } = done);
    } else {
      expect(language).toBe('text');
      for (const line of text.trim().split('\n')) expect(output).toContain(line);
    }
  }
  expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThan(5);
}, 400_000);
