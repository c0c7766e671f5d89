import { join } from 'node:path';
import type { SessionEnd } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import type { BashOutput } from '../run-bash.ts';
import { alive, none, pids, until } from './pids.ts';
import { toolBench } from './tool-bench.ts';

test('an abort ends the whole tree, also what ignores it or left the group', async () => {
  const { call, dir } = await toolBench();
  const controller = new AbortController();
  const command = `
    sleep 300 & echo $! >> pids
    (trap '' TERM; sleep 300 & echo $! >> pids; wait; sleep 300) & echo $! >> pids
    setsid bash -c 'echo $$ >> pids; sleep 300' &
    echo started; wait`;
  const running = call<BashOutput>('Bash', { command }, { signal: controller.signal });
  const all = await pids(join(dir, 'pids'), 4);
  controller.abort();
  const { text, output, isError } = await running;
  expect(isError).toBe(true);
  expect(output).toMatchObject({ interrupted: true, stdout: 'started\n' });
  expect(text).toMatch(/interrupted.*started/s);
  expect(await until(() => none(all), 2_000)).toBe(true);
});

/** Without tasks in the background, a command that takes too long is ended. */
const FOREGROUND = { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1' };

test('a command that takes too long is ended', async () => {
  const { call, dir } = await toolBench({ env: FOREGROUND });
  const { text, output, isError } = await call<BashOutput>('Bash', {
    command: 'echo before; sleep 300 & echo $! > pids; wait',
    timeout: 300,
  });
  expect(isError).toBe(true);
  expect(output.interrupted).toBe(true);
  expect(text).toMatch(/longer than 300 ms.*before/s);
  expect(await until(async () => none(await pids(join(dir, 'pids'), 1)), 2_000)).toBe(true);
});

test('limits come from the environment, and no call may exceed the greatest', async () => {
  const { call } = await toolBench({
    env: { ...FOREGROUND, BASH_DEFAULT_TIMEOUT_MS: '200', BASH_MAX_TIMEOUT_MS: '400' },
  });
  expect((await call('Bash', { command: 'sleep 30' })).text).toContain('longer than 200 ms');
  expect((await call('Bash', { command: 'sleep 30', timeout: 500_000 })).text).toContain('longer than 400 ms');
});

test('a call that is aborted before it starts runs nothing', async () => {
  const { call, project } = await toolBench();
  const { isError } = await call('Bash', { command: 'touch ran' }, { signal: AbortSignal.abort() });
  expect(isError).toBe(true);
  expect(await project.read('ran')).toBeUndefined();
});

test('a child in the background outlives its command, not its session', async () => {
  const { call, dir, session, kernel } = await toolBench();
  const { text, isError } = await call('Bash', {
    command:
      'while :; do echo noise; sleep 0.05; done & echo $! >> pids; sleep 300 >/dev/null 2>&1 & echo $! >> pids; echo done',
  });
  expect(isError).toBe(false);
  expect(text).toMatch(/done/);
  const all = await pids(join(dir, 'pids'), 2);
  // its output is taken, so that it does not end of a broken pipe
  await new Promise((go) => setTimeout(go, 200));
  expect(await Promise.all(all.map(alive))).toEqual([true, true]);
  const value: SessionEnd = { session, reason: 'other' };
  await kernel.fire('SessionEnd', { ...value, session: { ...session, id: 'another' } });
  expect(await Promise.all(all.map(alive))).toEqual([true, true]);
  await kernel.fire('SessionEnd', value);
  expect(await until(() => none(all), 2_000)).toBe(true);
});

test('the end of the program ends children in the background', async () => {
  const { call, dir, kernel } = await toolBench();
  await call('Bash', { command: 'sleep 300 & echo $! >> pids' });
  const all = await pids(join(dir, 'pids'), 1);
  await kernel.exit({ code: 0, reason: 'test' });
  expect(await until(() => none(all), 2_000)).toBe(true);
});
