import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import teamRules from '../src/index.ts';
import { redact } from '../src/secrets.ts';

test('what the model reads has no secrets in it', async () => {
  const h = await createHarness({
    extensions: [teamRules],
    bundled: ['builtin-tools'],
    files: { '.env': 'PORT=80\nDB_PASSWORD="hunter2 and more"\nGH=ghp_0123456789abcdefghijABCDEFGHIJ012345\n' },
    model: [callTool('Read', { file_path: '.env' }), say('done')],
  });
  const run = await h.prompt('read .env');
  expect(run.calls('Read')).toMatchObject([{ verdict: 'allow', isError: false }]);
  expect(run.requests[1]).toContainToolResult('PORT=80');
  expect(run.requests[1]).toContainToolResult('DB_PASSWORD=[redacted]');
  expect(run.requests[1]).not.toContainToolResult(/hunter2|and more|ghp_/);
});

test('the built-in Read is out of reach, under any name', async () => {
  const h = await createHarness({
    extensions: [teamRules],
    bundled: ['builtin-tools'],
    files: { '.env': 'TOKEN=hunter2\n' },
    model: [callTool('builtin-tools_Read', { file_path: '.env' }), say('done')],
    strict: false,
  });
  const run = await h.prompt('read .env');
  expect(run.requests[0]?.tools.filter(({ name }) => name.endsWith('Read')).map(({ name }) => name)).toEqual(['Read']);
  expect(run.calls()).toMatchObject([{ verdict: 'none', isError: true }]);
  expect(run.requests[1]).not.toContainToolResult('hunter2');
});

test('the permission rules for Read count for it', async () => {
  const h = await createHarness({
    extensions: [teamRules],
    config: { permissions: { deny: ['Read(./private/**)'] } },
    files: { 'private/a.txt': 'x', 'public/a.txt': 'y' },
    model: [
      [callTool('Read', { file_path: 'private/a.txt' }), callTool('Read', { file_path: 'public/a.txt' })],
      say('ok'),
    ],
  });
  const run = await h.prompt('read both');
  expect(run.calls('Read').map(({ verdict }) => verdict)).toEqual(['deny', 'allow']);
});

test('a part of a file, and a file that is not there', async () => {
  const h = await createHarness({
    extensions: [teamRules],
    permissions: 'allow-all',
    files: { 'a.txt': 'one\ntwo\nthree\n' },
    model: [
      [callTool('Read', { file_path: 'a.txt', offset: 2, limit: 1 }), callTool('Read', { file_path: 'b.txt' })],
      say('ok'),
    ],
  });
  const [part, missing] = (await h.prompt('read')).calls('Read');
  expect(part?.result).toBe('     2\ttwo');
  expect(missing).toMatchObject({ isError: true, result: expect.stringContaining('b.txt') });
});

test.each([
  ['password = hunter2', 'password = [redacted]'],
  ['"api_key": "abc def",', '"api_key": [redacted],'],
  ['aws AKIAABCDEFGHIJKLMNOP ok', 'aws [redacted] ok'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nnext', '[redacted]\n\n\nnext'],
  ['const tokens = count(text)', 'const tokens = count(text)'],
])('%j', (text, expected) => {
  expect(redact(text)).toBe(expected);
});
