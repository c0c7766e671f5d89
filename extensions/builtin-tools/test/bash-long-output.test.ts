import { symlinkSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import type { BashOutput } from '../run-bash.ts';
import { toolBench } from './tool-bench.ts';

test('long output goes to a private file, and the model gets its start and end', async () => {
  const { call } = await toolBench();
  const { text, output, isError } = await call<BashOutput>('Bash', { command: 'seq 1 100000' });
  expect(isError).toBe(false);
  const path = output.persistedOutputPath!;
  expect(text).toContain(path);
  expect(text).toMatch(/\n1\n2\n3\n/);
  expect(text).toMatch(/\n99999\n100000$/);
  expect(text.length).toBeLessThan(9_000);
  expect(output.stdout.length).toBeLessThan(31_000);
  const all = await readFile(path, 'utf8');
  expect(all).toBe(Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join(''));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a failure gives its exit code first and about 10,000 characters', async () => {
  const { call } = await toolBench();
  const { text, isError } = await call<BashOutput>('Bash', { command: 'seq 1 5000; echo last >&2; exit 9' });
  expect(isError).toBe(true);
  expect(text.startsWith('Exit code 9\n')).toBe(true);
  expect(text.endsWith('last')).toBe(true);
  expect(text.length).toBeLessThan(11_000);
});

test('the limit comes from the environment; characters are not cut in two', async () => {
  const { call } = await toolBench({ env: { BASH_MAX_OUTPUT_LENGTH: '1001' } });
  const { output } = await call<BashOutput>('Bash', { command: "printf 'ä€😀%.0s' {1..1000}" });
  expect(output.stdout).not.toContain('\ufffd');
  expect(output.stdout).toMatch(/bytes left out/);
  expect(await readFile(output.persistedOutputPath!, 'utf8')).toBe('ä€😀'.repeat(1000));
});

test('output without end is bounded in memory and in time', async () => {
  const { call } = await toolBench({ env: { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1' } });
  const before = process.memoryUsage().rss;
  const { output } = await call<BashOutput>('Bash', { command: 'yes', timeout: 500 });
  expect(output.interrupted).toBe(true);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

test('both streams may be long', async () => {
  const { call } = await toolBench();
  const { text } = await call<BashOutput>('Bash', { command: 'seq 1 50000; seq 50001 100000 >&2' });
  expect(text.match(/\S+\.txt/g)).toHaveLength(2);
});

test('the file of a long output can be read without a question, links beside it cannot', async () => {
  const file = (request: { readonly messages: readonly unknown[] }) =>
    /all of it is in (\S+\.txt)/.exec(JSON.stringify(request.messages))![1]!;
  const h = await createHarness({
    bundled: ['builtin-tools'],
    config: { permissions: { allow: ['Bash'] } },
    answers: { permission: 'deny' },
    model: [
      callTool('Bash', { command: 'seq 1 20000' }),
      (request) => callTool('Read', { file_path: file(request), limit: 2 }),
      (request) => {
        const link = join(dirname(file(request)), 'a.txt');
        symlinkSync('/etc/passwd', link);
        return callTool('Read', { file_path: link });
      },
      callTool('Read', { file_path: '/etc/outputs/b.txt' }),
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  expect(run.calls('Read').map(({ verdict }) => verdict)).toEqual(['allow', 'deny', 'deny']);
  expect(run.requests[2]).toContainToolResult(/1\t1\n +2\t2/);
});

test('the file can be read and searched where reading outside of the working folder is blocked', async () => {
  const file = (request: { readonly messages: readonly unknown[] }) =>
    /all of it is in (\S+\.txt)/.exec(JSON.stringify(request.messages))![1]!;
  const config = (deny: readonly string[]) => ({
    permissions: { allow: ['Bash'], deny, blockReadsOutsideWorkingDirectories: true },
  });
  const model = [
    callTool('Bash', { command: 'seq 1 20000' }),
    (request: Parameters<typeof file>[0]) => callTool('Read', { file_path: file(request), limit: 1 }),
    (request: Parameters<typeof file>[0]) =>
      callTool('Grep', { pattern: '^19999$', path: file(request), output_mode: 'content' }),
    (request: Parameters<typeof file>[0]) => callTool('Grep', { pattern: '9', path: dirname(file(request)) }),
    (request: Parameters<typeof file>[0]) => callTool('Read', { file_path: join(dirname(file(request)), '..', 'x') }),
    say('done'),
  ];
  const h = await createHarness({ bundled: ['builtin-tools'], config: config([]), model });
  const verdicts = (run: Awaited<ReturnType<typeof h.prompt>>) => run.calls().map(({ verdict }) => verdict);
  const run = await h.prompt('go');
  expect(verdicts(run)).toEqual(['allow', 'allow', 'allow', 'deny', 'deny']);
  expect(run.calls('Grep')[0]?.result).toContain('19999');

  const denied = await createHarness({ bundled: ['builtin-tools'], config: config(['Read(//**/outputs*/**)']), model });
  expect(verdicts(await denied.prompt('go'))).toEqual(['allow', 'deny', 'deny', 'deny', 'deny']);
});
