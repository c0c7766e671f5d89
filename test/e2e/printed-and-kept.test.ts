import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { buildDistro } from '../gates/built.ts';
import { type Place, place, runProgram } from '../gates/program.ts';
import { root } from '../gates/source-file.ts';

const names = [
  'cli',
  'config',
  'agent-loop',
  'fake-model',
  'allow-all',
  'builtin-tools',
  'system-prompt',
  'sessions',
  'print-mode',
];
let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenon-e2e-'));
  const at = (path: string) => JSON.stringify(join(root, path));
  const imports = names.map((id, n) => `import { manifest as m${n} } from ${at(`extensions/${id}/manifest.ts`)};`);
  const entries = names.map((id, n) => `entry(m${n}, () => import(${at(`extensions/${id}/index.ts`)}))`);
  await writeFile(
    join(folder, 'distro.ts'),
    `${imports.join('\n')}
import { defineDistro, entry } from 'tenon/kernel';
export default defineDistro({ name: 'Tenon', command: 'tenon', version: '0.1.0',
  folders: { user: '.claude', project: '.claude' }, extensions: [${entries.join(',')}] });`,
  );
  program = join(folder, 'tenon.mjs');
  await buildDistro(join(folder, 'distro.ts'), program);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const hello = { turns: [{ text: 'hm', calls: [{ name: 'Bash', input: { command: 'echo out' } }] }, { text: 'done' }] };
/** The command says its number, so that the test can see it end. */
const forever = { turns: [{ calls: [{ name: 'Bash', input: { command: 'echo $$ > pid; sleep 60' } }] }] };
const slow = { turns: [{ text: 'word '.repeat(200), chunk: 5, chunkDelayMs: 50 }] };

async function setUp(script: unknown): Promise<Place> {
  const at = await place();
  onTestFinished(() => at[Symbol.asyncDispose]());
  await writeFile(join(at.cwd, 'script.json'), JSON.stringify(script));
  return at;
}
const model = ['--model', 'fake:script.json'];
const streaming = ['--output-format', 'stream-json', '--verbose'];

function start(at: Place, args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args, ...model], {
    cwd: at.cwd,
    env: { PATH: process.env.PATH, HOME: at.home, LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (data) => {
      out[name] += data;
    });
  return { child, out, end: once(child, 'close') as Promise<[number | null, string | null]> };
}

const messages = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

function transcripts(at: Place): string[] {
  const projects = join(at.home, '.claude', 'projects');
  if (!existsSync(projects)) return [];
  return (readdirSync(projects, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(projects, name));
}
const locks = (at: Place) =>
  (readdirSync(at.home, { recursive: true }) as string[]).filter((name) => name.endsWith('.lock'));

/** The lines of the only transcript, after a check that they are one chain. */
function chain(at: Place): Record<string, unknown>[] {
  const [path, ...more] = transcripts(at);
  expect(more).toEqual([]);
  const lines = messages(readFileSync(path!, 'utf8')).filter((line) => 'parentUuid' in line);
  for (const [index, line] of lines.entries()) expect(line.parentUuid).toBe(lines[index - 1]?.uuid ?? null);
  return lines;
}

async function childOf(at: Place): Promise<number> {
  const path = join(at.cwd, 'pid');
  await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toMatch(/^\d+\n$/), { timeout: 10_000, interval: 50 });
  const pid = Number(readFileSync(path, 'utf8'));
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended already, as it should be
    }
  });
  return pid;
}
const lives = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // there is no such process
  }
};

test('a tool turn, printed in each format, kept, and gone on with', async () => {
  const at = await setUp(hello);
  const first = await runProgram(program, ['-p', 'go', ...model], at);
  expect(first).toEqual({ code: 0, stdout: '[scripted] done\n', stderr: '' });
  const second = await runProgram(program, ['-p', 'more', '--continue', '--output-format', 'json', ...model], at);
  expect(messages(second.stdout)).toMatchObject([
    { type: 'result', subtype: 'success', session_id: expect.any(String) },
  ]);
  const third = await runProgram(program, ['-p', 'more', '-c', ...streaming, ...model], at);
  const printed = messages(third.stdout);
  expect(printed.map(({ type, subtype }) => [type, subtype].filter(Boolean).join('/'))).toEqual([
    'system/init',
    'assistant',
    'assistant',
    'user',
    'assistant',
    'result/success',
  ]);
  const lines = chain(at);
  expect(lines.filter(({ type }) => type === 'assistant')).toHaveLength(9);
  expect(new Set(lines.map(({ sessionId }) => sessionId)).size).toBe(1);
  expect(locks(at)).toEqual([]);
});

test('a fork leaves the first session as it was', async () => {
  const at = await setUp(hello);
  await runProgram(program, ['-p', 'go', ...model], at);
  const [path] = transcripts(at);
  const before = readFileSync(path!, 'utf8');
  const fork = await runProgram(program, ['-p', 'more', '-c', '--fork-session', ...model], at);
  expect(fork.code).toBe(0);
  expect(readFileSync(path!, 'utf8')).toBe(before);
  expect(transcripts(at)).toHaveLength(2);
});

test('nothing is kept when that is asked for', async () => {
  const at = await setUp(hello);
  expect((await runProgram(program, ['-p', 'go', '--no-session-persistence', ...model], at)).code).toBe(0);
  expect(transcripts(at)).toEqual([]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s: the command ends, the result is printed, the transcript is whole', async (signal, code) => {
  const at = await setUp(forever);
  const run = start(at, ['-p', 'go', ...streaming]);
  run.child.stdin.end();
  const pid = await childOf(at);
  run.child.kill(signal);
  expect(await run.end).toEqual([code, null]);
  expect(lives(pid)).toBe(false);
  expect(messages(run.out.stdout).at(-1)).toMatchObject({ type: 'result', subtype: 'error_during_execution' });
  const results = chain(at).filter((line) => JSON.stringify(line).includes('"tool_result"'));
  expect(results).toHaveLength(1);
});

test('a second process is refused while the first lives, and goes on after it was killed', async () => {
  const at = await setUp(forever);
  const run = start(at, ['-p', 'go']);
  run.child.stdin.end();
  await childOf(at);
  const refused = await runProgram(program, ['-p', 'more', '-c', ...model], at);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(new RegExp(`open in another process \\(pid ${run.child.pid}\\)`));
  run.child.kill('SIGKILL');
  await run.end;
  await writeFile(join(at.cwd, 'script.json'), JSON.stringify(hello));
  const resumed = await runProgram(program, ['-p', 'more', '-c', ...model], at);
  expect(resumed).toEqual({ code: 0, stdout: '[scripted] done\n', stderr: '' });
  chain(at);
});

test('a reader that goes away ends the run with 1 and a whole transcript', async () => {
  const at = await setUp(slow);
  const run = start(at, ['-p', 'go', ...streaming, '--include-partial-messages']);
  run.child.stdin.end();
  await once(run.child.stdout, 'data');
  run.child.stdout.destroy();
  expect(await run.end).toEqual([1, null]);
  expect(run.out.stderr).toBe('');
  expect(chain(at).length).toBeGreaterThan(0);
  expect(locks(at)).toEqual([]);
});

test('messages from standard input are answered until it ends', async () => {
  const at = await setUp({ turns: [{ text: 'one' }, { text: 'two' }] });
  const run = start(at, ['--input-format', 'stream-json', ...streaming]);
  const say = (to: ChildProcess, content: string) =>
    to.stdin?.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content } })}\n`);
  say(run.child, 'first');
  await vi.waitFor(() => expect(run.out.stdout).toContain('"result":"[scripted] one"'), { timeout: 10_000 });
  say(run.child, 'second');
  run.child.stdin.end();
  expect(await run.end).toEqual([0, null]);
  const printed = messages(run.out.stdout);
  expect(printed.filter(({ type }) => type === 'result').map(({ result }) => result)).toEqual([
    '[scripted] one',
    '[scripted] two',
  ]);
});

test('a pipe that nobody writes to does not hold the prompt up', async () => {
  const at = await setUp(hello);
  const run = start(at, ['-p', 'go']);
  expect(await run.end).toEqual([0, null]);
  expect(run.out.stdout).toBe('[scripted] done\n');
  expect(run.out.stderr).toContain('nothing came on standard input');
});

test('a call that makes no sense is a usage error', async () => {
  const at = await setUp(hello);
  expect(await runProgram(program, ['-p', ...model], at)).toMatchObject({ code: 2, stdout: '' });
  const quiet = await runProgram(program, ['-p', 'x', '--output-format', 'stream-json', ...model], at);
  expect(quiet).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--verbose') });
});
