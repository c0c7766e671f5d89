import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 240_000);

const KEY = 'sk-test-key-of-this-run';

/** A place, and an endpoint that answers with these turns. */
async function setUp(...turns: Turn[]) {
  const at = await place();
  const server = await startModelServer({ turns });
  onTestFinished(async () => {
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: KEY };
  const record = (...args: string[]) =>
    runProgram(program, ['-p', '--record', 'run.json', '--model', 'claude-test', ...args], at, { env });
  const play = (strict: boolean, ...args: string[]) =>
    runProgram(program, ['-p', '--model', 'fake:run.json', '--settings', settings(strict), ...args], at);
  return { at, server, record, play };
}
const settings = (strict: boolean) => JSON.stringify({ extensions: { 'fake-model': { label: '', strict } } });

test('a run against an endpoint is recorded without its key, and played without an endpoint', async () => {
  const { at, server, record, play } = await setUp(
    { thinking: 'Look.', text: 'One moment.', calls: [{ name: 'Bash', input: { command: 'cat note.txt' } }] },
    { fail: { status: 529, message: 'busy' }, http: { headers: { 'retry-after': '0' } } },
    { text: 'It is green.', usage: { input_tokens: 321, output_tokens: 12 } },
  );
  await writeFile(join(at.cwd, 'note.txt'), `green, said ${KEY}\n`);
  const first = await record('What is it?');
  expect(first).toMatchObject({ code: 0, stdout: 'It is green.\n', stderr: '' });
  const text = await readFile(join(at.cwd, 'run.json'), 'utf8');
  for (const secret of [KEY, at.home, at.cwd]) expect(text).not.toContain(secret);
  const { turns } = JSON.parse(text) as { turns: object[] };
  expect(turns).toMatchObject([
    { thinking: 'Look.', text: 'One moment.', calls: [{ name: 'Bash', input: { command: 'cat note.txt' } }] },
    { fail: { status: 529 } },
    {
      text: 'It is green.',
      usage: { input_tokens: 321 },
      expect: { results: [{ text: 'green, said ⟦ANTHROPIC_API_KEY⟧' }] },
    },
  ]);
  const requests = server.requests.length;

  await writeFile(join(at.cwd, 'note.txt'), 'green, said ⟦ANTHROPIC_API_KEY⟧\n');
  expect(await play(true, 'What is it?')).toMatchObject({ code: 0, stdout: 'It is green.\n' });
  await writeFile(join(at.cwd, 'note.txt'), 'red\n');
  const other = await play(true, 'What is it?');
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/differs at character 1: expected "green, said.*got "red"/);
  expect(await play(false, 'What is it?')).toMatchObject({ code: 0, stdout: 'It is green.\n' });
  expect(server.requests).toHaveLength(requests);
});

test('a second run of the session goes on with the recording', async () => {
  const { at, record } = await setUp({ text: 'one' }, { text: 'two' });
  await record('first');
  expect(await record('--continue', 'second')).toMatchObject({ code: 0, stdout: 'two\n', stderr: '' });
  const { turns } = JSON.parse(await readFile(join(at.cwd, 'run.json'), 'utf8')) as { turns: object[] };
  expect(turns).toMatchObject([{ text: 'one' }, { text: 'two' }]);
});
