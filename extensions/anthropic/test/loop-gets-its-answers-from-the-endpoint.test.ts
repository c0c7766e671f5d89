import { createHarness } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import anthropic from '../index.ts';
import { serverOf } from './call.ts';

test('a prompt, a tool call and its result', async () => {
  const server = await serverOf(
    { thinking: 'Look first.', calls: [{ name: 'Read', input: { file_path: 'note.txt' } }] },
    { fail: { status: 529 }, http: { headers: { 'retry-after': '0' } } },
    { text: 'It says hello.' },
  );
  const h = await createHarness({
    extensions: [anthropic],
    bundled: ['builtin-tools'],
    permissions: 'allow-all',
    files: { 'note.txt': 'hello' },
    env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test-secret' },
    session: { model: 'claude-test' },
  });
  const run = await h.prompt('What does it say?');
  expect(run.result).toMatchObject({ isError: false, result: 'It says hello.' });
  expect(server.requests).toHaveLength(3);
  const last = server.requests[2]?.body.messages?.at(-1);
  expect(last?.content[0]).toMatchObject({ type: 'tool_result' });
  expect(JSON.stringify(last)).toContain('hello');
  expect(h.events.find(({ type }) => type === 'init')).toMatchObject({ apiKeySource: 'ANTHROPIC_API_KEY' });
  expect(h.events.find(({ type }) => type === 'api_retry')).toMatchObject({
    attempt: 1,
    errorStatus: 529,
    error: 'overloaded',
  });
});

test('a missing key ends the prompt with the variable to set', async () => {
  const h = await createHarness({
    extensions: [anthropic],
    permissions: 'allow-all',
    session: { model: 'claude-test' },
  });
  const run = await h.prompt('hello');
  expect(run.result.isError).toBe(true);
  expect(run.result.result).toMatch(/ANTHROPIC_API_KEY/);
});
