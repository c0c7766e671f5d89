import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BashOutput } from '../run-bash.ts';
import { toolBench } from './tool-bench.ts';

test('gives output, errors and exit codes', async () => {
  const { call } = await toolBench();
  const ok = await call<BashOutput>('Bash', { command: 'echo out; echo err >&2' });
  expect(ok).toMatchObject({ text: 'out\nerr', isError: false });
  expect(ok.output).toEqual({ stdout: 'out\n', stderr: 'err\n', interrupted: false });
  const bad = await call<BashOutput>('Bash', { command: 'echo partial; exit 3' });
  expect(bad).toMatchObject({ text: 'Exit code 3\npartial', isError: true });
  expect((await call('Bash', { command: 'true' })).text).toBe('(no output)');
  const wrong = await call('Bash', { command: 'echo a; )' });
  expect(wrong.isError).toBe(true);
  expect(wrong.text).toMatch(/^Exit code 2\n.*line 1: syntax error/);
});

test('exit code 1 of a search or comparison is no failure', async () => {
  const { call, dir } = await toolBench({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } });
  for (const command of [
    'grep zebra a.txt',
    'cat a.txt | grep -q "x y"',
    'diff a.txt b.txt',
    'test -e nowhere',
    '[ 1 = 2 ]',
    `cd ${dir} && /bin/grep x a.txt 2>&1`,
    'LC_ALL=C grep zebra a.txt\n',
  ]) {
    const { isError, output, text } = await call<BashOutput>('Bash', { command });
    expect([command, isError]).toEqual([command, false]);
    expect(output.returnCodeInterpretation).toBeDefined();
    expect(text).toContain('exit code 1');
  }
  for (const command of [
    'false',
    'grep zebra missing.txt',
    'grep x a.txt; false',
    'cd nowhere && grep a a.txt',
    'echo grep | false',
  ]) {
    const { isError } = await call<BashOutput>('Bash', { command });
    expect([command, isError]).toEqual([command, true]);
  }
});

test('commands get a clean, marked environment and no input', async () => {
  const { call, session, dir } = await toolBench({
    env: { NODE_EXTRA_CA_CERTS: '/ca.pem', BASH_ENV: '/tmp/should-not-run', ENV: 'x' },
  });
  await writeFile(join(dir, 'profile'), 'echo profile');
  const { text } = await call('Bash', {
    command:
      'echo "$CLAUDECODE|$CLAUDE_CODE_SESSION_ID|$GIT_EDITOR|$NODE_EXTRA_CA_CERTS|$TERM|$BASH_ENV"; cat; readlink /proc/self/fd/0',
  });
  expect(text).toBe(`1|${session.id}|true|/ca.pem|dumb|\n/dev/null`);
});

test('descriptor 3 is free for the command', async () => {
  const { call, project } = await toolBench();
  expect((await call('Bash', { command: 'ls /proc/self/fd | grep -x 3 || echo free' })).text).toMatch(/free|^3$/);
  await call('Bash', { command: 'mkdir sub; exec 3>log; echo mine >&3; cd sub' });
  expect(await project.read('log')).toBe('mine\n');
});
