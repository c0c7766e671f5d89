import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { place, runProgram } from '../gates/program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 60_000);

/** Runs the program against a model server. */
async function run(turns: readonly Turn[], args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  await using at = await place();
  for (const [name, text] of Object.entries(files)) await writeFile(join(at.cwd, name), text);
  const server = await startModelServer({ turns });
  try {
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test', CLAUDE_CODE_MAX_RETRIES: '0' };
    const ran = await runProgram(program, ['-p', 'go', ...args], at, { env });
    return { ...ran, requests: server.requests };
  } finally {
    await server.close();
  }
}

test('a dozen calls at once print no warning', async () => {
  const calls = Array.from({ length: 12 }, (_, n) => ({ name: 'Read', input: { file_path: `${n % 3}.txt` } }));
  const files = { '0.txt': 'zero', '1.txt': 'one', '2.txt': 'two' };
  const ran = await run([{ calls }, { calls }, { text: 'read' }], [], files);
  expect(ran).toMatchObject({ code: 0, stdout: 'read\n', stderr: '' });
  const content = ran.requests[1]?.body.messages?.at(-1)?.content ?? [];
  expect(content.filter(({ type, is_error }) => type === 'tool_result' && is_error !== true)).toHaveLength(12);
});

test('--fallback-model goes on where the model is not there, and says so', async () => {
  const fail = { status: 404, message: 'no such model' };
  const ran = await run(
    [{ fail }, { text: 'here' }],
    ['--model', 'claude-gone', '--fallback-model', 'claude-spare', '--output-format', 'stream-json', '--verbose'],
  );
  expect(ran.code).toBe(0);
  expect(ran.requests.map(({ body }) => body.model)).toEqual(['claude-gone', 'claude-spare']);
  const lines = ran.stdout.trim().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(messages.find(({ subtype }) => subtype === 'informational')).toMatchObject({
    level: 'warning',
    content: expect.stringContaining('Going on with claude-spare.'),
  });
  expect(messages.at(-1)).toMatchObject({ subtype: 'success', is_error: false, result: 'here' });
});

test('--effort, --betas and --max-thinking-tokens are in the request', async () => {
  const ran = await run(
    [{ text: 'ok' }],
    ['--model', 'claude-opus-4-6', '--effort', 'xhigh', '--betas', 'one,two', '--max-thinking-tokens', '2000'],
  );
  expect(ran).toMatchObject({ code: 0, stdout: 'ok\n' });
  const [request] = ran.requests;
  expect(request?.body).toMatchObject({
    output_config: { effort: 'high' },
    thinking: { type: 'enabled', budget_tokens: 2000 },
  });
  expect(request?.headers['anthropic-beta']).toBe('one,two');
});

test.each([
  [['--json-schema', '{"type":"array"}'], 'must describe an object'],
  [['--json-schema', 'missing.json'], 'missing.json'],
  [['--max-budget-usd', 'much'], '--max-budget-usd must be an amount'],
])('%j is a mistake of the command line', async (args, message) => {
  const ran = await run([], args);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain(message);
  expect(ran.requests).toEqual([]);
});

test('a variable that is no number is one too', async () => {
  await using at = await place();
  const env = { CLAUDE_CODE_MAX_TURNS: 'x', ANTHROPIC_API_KEY: 'sk-test' };
  const ran = await runProgram(program, ['-p', 'go'], at, { env });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('CLAUDE_CODE_MAX_TURNS must be a whole number of at least 1, got "x"');
});
