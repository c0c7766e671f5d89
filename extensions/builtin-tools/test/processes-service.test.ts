import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { toolBench } from './tool-bench.ts';

test('runs a program without a shell, with input and environment', async () => {
  const { processes, session } = await toolBench({ env: { GONE: '1', STAYS: 'host' } });
  const service = await processes();
  const result = await service.run(session, {
    argv: [
      process.execPath,
      '-e',
      'process.stdin.pipe(process.stdout); console.error(process.argv[1], process.env.GONE, process.env.STAYS, process.env.MORE)',
      '$HOME *',
    ],
    input: 'hällo',
    env: { GONE: undefined, MORE: 'more' },
  });
  expect(result).toEqual({
    code: 0,
    signal: null,
    stdout: 'hällo',
    stderr: '$HOME * undefined host more\n',
    overflow: {},
    timedOut: false,
    aborted: false,
  });
});

test('tells of output as it comes, and of what was written to descriptor 3', async () => {
  const { processes, session, dir } = await toolBench();
  const heard: string[] = [];
  const result = await (await processes()).run(session, {
    argv: ['sh', '-c', 'echo out; echo err >&2; echo report >&3; pwd >&3'],
    report: true,
    onOutput: (stream, text) => heard.push(`${stream}:${text}`),
  });
  expect(heard.sort()).toEqual(['stderr:err\n', 'stdout:out\n']);
  expect(result.report).toBe(`report\n${dir}\n`);
});

test('a signal, a limit and long output show in the result', async () => {
  const { processes, session } = await toolBench();
  const service = await processes();
  expect(await service.run(session, { argv: ['sh', '-c', 'kill -9 $$'] })).toMatchObject({
    code: null,
    signal: 'SIGKILL',
  });
  expect(await service.run(session, { argv: ['sleep', '60'], timeout: 50 })).toMatchObject({
    timedOut: true,
    aborted: false,
  });
  const long = await service.run(session, { argv: ['seq', '1', '1000'], maxOutput: 100 });
  expect(long.stdout).toMatch(/^1\n2\n.*bytes left out.*\n1000\n$/s);
  expect((await readFile(long.overflow.stdout!, 'utf8')).split('\n')).toHaveLength(1001);
  expect(long.overflow.stderr).toBeUndefined();
});

test('what cannot be started is named', async () => {
  const { processes, session } = await toolBench();
  const service = await processes();
  await expect(service.run(session, { argv: ['no-such-program'] })).rejects.toThrow(
    'cannot start no-such-program: there is no such program',
  );
  await expect(service.run(session, { argv: ['ls'], cwd: '/nowhere' })).rejects.toThrow(
    'the folder /nowhere does not exist',
  );
  await expect(service.run(session, { argv: ['echo', 'x'.repeat(300_000)] })).rejects.toThrow('arguments are too long');
});

test('a program that does not read its input is no error', async () => {
  const { processes, session } = await toolBench();
  const result = await (await processes()).run(session, { argv: ['true'], input: 'x'.repeat(1_000_000) });
  expect(result.code).toBe(0);
});
