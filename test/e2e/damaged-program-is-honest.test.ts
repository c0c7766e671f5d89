import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runAndList, runProgram } from '../gates/program.ts';

let dist: string;
beforeAll(async () => {
  dist = dirname(await builtCli());
}, 120_000);

const turns: readonly Turn[] = [
  { calls: [{ name: 'Read', input: { file_path: 'edited.txt' } }] },
  { calls: [{ name: 'Edit', input: { file_path: 'edited.txt', old_string: 'old', new_string: 'new' } }] },
  { calls: [{ name: 'Read', input: { file_path: 'written.txt' } }] },
  { calls: [{ name: 'Write', input: { file_path: 'written.txt', content: 'new\n' } }] },
  { calls: [{ name: 'Bash', input: { command: 'cp edited.txt copied.txt' } }] },
  { calls: [{ name: 'Bash', input: { command: 'cat printed.txt' } }] },
  { calls: [{ name: 'Edit', input: { file_path: 'edited.txt', old_string: '\n', new_string: 'er\n' } }] },
  { text: 'done' },
];
const args = ['-p', 'go', '--output-format', 'stream-json', '--verbose', '--allowedTools', 'Bash,Edit,Write'];

interface Block {
  readonly type: string;
  readonly content?: unknown;
  readonly is_error?: boolean;
}

async function surroundings() {
  const at = await place();
  let asked = 0;
  const server = await startModelServer({ respond: () => turns[Math.min(asked++, turns.length - 1)]! });
  onTestFinished(async () => {
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  for (const name of ['edited.txt', 'written.txt', 'printed.txt']) writeFileSync(join(at.cwd, name), 'old\n');
  return { at, env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'test' } };
}

/** The files of the program that calls of tools load, and a prompt without calls does not. */
async function loadedByCalls(): Promise<readonly string[]> {
  const { at, env } = await surroundings();
  const program = join(dist, 'tenon.cjs');
  const called = await runAndList(program, args, at, env);
  for (const name of ['edited.txt', 'written.txt', 'copied.txt']) {
    expect(readFileSync(join(at.cwd, name), 'utf8'), name).toMatch(/^new(er)?\n$/);
  }
  const hello = await surroundings();
  const idle = await runAndList(program, ['-p', 'go', '--tools', ''], hello.at, hello.env);
  return called.files.filter((file) => file.startsWith(dist) && !idle.files.includes(file));
}

test('whatever file of the program is missing: what failed has changed nothing, and what was done is not called failed', async () => {
  const files = await loadedByCalls();
  expect(files.length).toBeGreaterThan(3);
  const copy = mkdtempSync(join(tmpdir(), 'tenon-damaged-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(dist, copy, { recursive: true, filter: (path) => path !== join(dist, 'lib') });
  for (const file of files) {
    const missing = relative(dist, file);
    rmSync(join(copy, missing));
    const { at, env } = await surroundings();
    const { stdout, stderr, code } = await runProgram(join(copy, 'tenon.cjs'), args, at, { env });
    const results = stdout
      .split('\n')
      .filter((line) => line.includes('"tool_result"'))
      .flatMap((line) => (JSON.parse(line) as { message: { content: readonly Block[] } }).message.content);
    const seen = results.map(({ is_error }) => (is_error ? 'failed' : 'done'));
    const now = (name: string) => readFileSync(join(at.cwd, name), 'utf8');
    if (results.length === 0) {
      expect(code, `${missing}: ${stderr}`).not.toBe(0);
    } else {
      expect(results, missing).toHaveLength(7);
      expect([seen[1], seen[6], now('edited.txt')], missing).toEqual(
        seen[1] === 'done' ? ['done', 'done', 'newer\n'] : ['failed', 'failed', 'old\n'],
      );
      // the second time as well
      if (seen[1] === 'failed' && seen[0] === 'done') expect(results[6]?.content).toContain(missing);
      expect([seen[3], now('written.txt')], missing).toEqual(
        seen[3] === 'done' ? ['done', 'new\n'] : ['failed', 'old\n'],
      );
      expect(existsSync(join(at.cwd, 'copied.txt')), missing).toBe(seen[4] === 'done');
      // what runs one command runs another
      expect(seen[5], `${missing}: ${JSON.stringify(results[5])}`).toBe(seen[4]);
    }
    cpSync(file, join(copy, missing));
  }
}, 120_000);
