import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { builtCli } from './gates/built.ts';
import { type Place, place, runProgram } from './gates/program.ts';

let program: string;
let at: Place;
let kept: string;

beforeAll(async () => {
  program = await builtCli();
}, 240_000);
beforeEach(async () => {
  at = await place();
  kept = join(at.home, '.cache/tenon/compile');
});
afterEach(() => at[Symbol.asyncDispose]());

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, args, at, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toBe('');
}

/** Names of chunks that compiled code is kept of, without their hashes, and the files. */
async function keptFiles(): Promise<Map<string, string>> {
  const names = await readdir(kept).catch(() => []); // nothing is kept
  return new Map(names.map((name) => [name.split('-')[0]!, join(kept, name)]));
}

test('the first run keeps what it compiled for its user alone, and the next one changes nothing', async () => {
  await run(['--version']);
  const core = (await keptFiles()).get('core')!;
  const before = await stat(core, { bigint: true });
  expect(before.mode & 0o777n).toBe(0o600n);
  expect((await stat(kept)).mode & 0o777).toBe(0o700);
  await run(['--version']);
  expect(await stat(core, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
});

test('a run that compiles another chunk keeps more of those before it', async () => {
  await run(['--version']);
  const { size } = await stat((await keptFiles()).get('core')!);
  await run(['completion', 'bash']);
  const files = await keptFiles();
  expect([...files.keys()].sort()).toContain('completion');
  expect((await stat(files.get('core')!)).size).toBeGreaterThan(size);
});

test.each([
  ['cut off', (path: string) => truncate(path, 1_000)],
  ['empty', (path: string) => truncate(path, 0)],
  ['something else', (path: string) => writeFile(path, 'no compiled code')],
  ['to be written by others', (path: string) => chmod(path, 0o666)],
])('a file that is %s is not used, and replaced', async (_what, spoil) => {
  await run(['--version']);
  const core = (await keptFiles()).get('core')!;
  const whole = await readFile(core);
  await spoil(core);
  await run(['--version']);
  const { size, mode } = await stat(core);
  expect(mode & 0o777).toBe(0o600);
  expect(size).toBeGreaterThan(whole.length * 0.9);
});

test('a folder that cannot be made, or is not named by an absolute path, is done without', async () => {
  await writeFile(join(at.home, '.cache'), 'a file');
  await run(['--version']);
  await rm(join(at.home, '.cache'));
  await run(['--version'], { XDG_CACHE_HOME: 'cache' });
  await run(['--version'], { HOME: '' });
  expect([await readdir(at.home), await readdir(at.cwd)]).toEqual([[], []]);
});

test('nothing is kept when Node is told to keep nothing', async () => {
  await run(['--version'], { NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(await readdir(at.home)).toEqual([]);
});

test('XDG_CACHE_HOME says where', async () => {
  const folder = join(at.home, 'elsewhere');
  await mkdir(folder);
  await run(['--version'], { XDG_CACHE_HOME: folder });
  expect(await readdir(join(folder, 'tenon/compile'))).toHaveLength(1);
});
