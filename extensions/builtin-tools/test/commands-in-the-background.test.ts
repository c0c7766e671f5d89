import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackgroundTasks, type SessionEnd, type TurnStart, textOf } from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import type { BashOutput } from '../run-bash.ts';
import type { TaskOutputOutput } from '../run-task-output.ts';
import { alive, none, pids, until } from './pids.ts';
import { type ToolBench, toolBench } from './tool-bench.ts';

async function news({ kernel, session }: ToolBench, of = session): Promise<string> {
  const value: TurnStart = { session: of, turn: 1, system: [], tools: [], added: [] };
  const { added } = await kernel.fire('TurnStart', value);
  return added.map(({ content }) => textOf(content)).join('\n');
}

test('a command in the background does not hold up the call, and its output is in a private file', async () => {
  const bench = await toolBench();
  const { call } = bench;
  const command = 'echo one; until [ -e go ]; do sleep 0.02; done; echo two >&2; exit 3';
  const { text, output } = await call<BashOutput>('Bash', { command, description: 'A test', run_in_background: true });
  const id = output.backgroundTaskId!;
  expect(output).toMatchObject({ stdout: '', interrupted: false });
  expect(text).toContain(id);
  const running = await call<TaskOutputOutput>('TaskOutput', { task_id: id, timeout: 300 });
  expect(running.output).toMatchObject({ retrieval_status: 'timeout', task: { status: 'running', output: 'one\n' } });
  expect((await call<TaskOutputOutput>('TaskOutput', { task_id: id, block: false })).output).toMatchObject({
    retrieval_status: 'not_ready',
    task: { output: '' },
  });
  await bench.call('Bash', { command: 'touch go' });
  const ended = await call<TaskOutputOutput>('TaskOutput', { task_id: id });
  expect(ended.output).toMatchObject({
    retrieval_status: 'success',
    task: { status: 'failed', exitCode: 3, output: 'two\n', task_type: 'local_bash', description: 'A test' },
  });
  expect(ended.text).toMatch(/is failed: exit code 3/);
  const [task] = (await bench.kernel.use(BackgroundTasks)).list(bench.session);
  expect(await readFile(task!.outputFile, 'utf8')).toBe('one\ntwo\n');
  expect((await stat(task!.outputFile)).mode & 0o777).toBe(0o600);
  // it was looked at: there is nothing to tell
  expect(await news(bench)).toBe('');
});

test('a command that takes longer than its timeout goes on in the background, with what it put out', async () => {
  const bench = await toolBench();
  const { text, output, isError } = await bench.call<BashOutput>('Bash', {
    command: 'echo before; until [ -e go ]; do sleep 0.02; done; echo after',
    timeout: 200,
  });
  expect(isError).toBe(false);
  expect(text).toMatch(/longer than 200 ms and goes on.*before/s);
  expect(output).toMatchObject({ stdout: 'before\n', interrupted: false });
  await bench.call('Bash', { command: 'touch go' });
  const ended = await bench.call<TaskOutputOutput>('TaskOutput', { task_id: output.backgroundTaskId! });
  expect(ended.output.task).toMatchObject({ status: 'completed', exitCode: 0, output: 'before\nafter\n' });
});

test('an interrupt of the call ends a command that is waited for, not one in the background', async () => {
  const { call, dir } = await toolBench();
  const controller = new AbortController();
  const { signal } = controller;
  await call('Bash', { command: 'echo $$ >> pids; sleep 300', run_in_background: true }, { signal });
  await call('Bash', { command: 'echo $$ >> pids; sleep 300', timeout: 300 }, { signal });
  const [one, two] = await pids(join(dir, 'pids'), 2);
  const waited = call<BashOutput>('Bash', { command: 'echo $$ >> pids; sleep 300' }, { signal });
  const all = await pids(join(dir, 'pids'), 3);
  controller.abort();
  expect((await waited).output.interrupted).toBe(true);
  expect(await until(() => none([all[2]!]))).toBe(true);
  expect([await alive(one!), await alive(two!)]).toEqual([true, true]);
});

test('TaskStop ends all of a task, says so twice, and knows the former name of its field', async () => {
  const bench = await toolBench();
  const { call, dir } = bench;
  const command = `trap '' TERM; setsid sleep 300 & echo $! >> pids; sleep 300 & echo $! >> pids; echo $$ >> pids; wait`;
  const { output } = await call<BashOutput>('Bash', { command, run_in_background: true });
  const all = await pids(join(dir, 'pids'), 3);
  const stopped = await call('TaskStop', { task_id: output.backgroundTaskId! });
  expect(stopped.output).toMatchObject({ task_id: output.backgroundTaskId, task_type: 'local_bash' });
  expect(await until(() => none(all))).toBe(true);
  expect((await call('TaskStop', { shell_id: output.backgroundTaskId! })).text).toMatch(
    /had ended already: it was stopped/,
  );
  await expect(call('TaskStop', { task_id: 'b0' })).rejects.toThrow(/no task "b0".*killed/);
  await expect(call('TaskStop', {})).rejects.toThrow(/task_id is missing/);
  await expect(call('TaskOutput', { task_id: 'b0' })).rejects.toThrow(/no task "b0"/);
});

test('nothing of a task survives the session, also not what left its group after the task had ended', async () => {
  const { call, dir, session, kernel } = await toolBench();
  await call('Bash', {
    command: `sleep 300 & echo $! >> pids; setsid bash -c 'trap "" TERM; echo $$ >> pids; sleep 300 & wait; sleep 300' & wait`,
    run_in_background: true,
  });
  const { output } = await call<BashOutput>('Bash', {
    command: 'setsid bash -c "echo \\$\\$ >> pids; exec sleep 300" >/dev/null 2>&1 & sleep 0.2',
    run_in_background: true,
  });
  await call('TaskOutput', { task_id: output.backgroundTaskId! });
  const all = await pids(join(dir, 'pids'), 3);
  expect(await Promise.all(all.map(alive))).toEqual([true, true, true]);
  const value: SessionEnd = { session, reason: 'other' };
  await kernel.fire('SessionEnd', { ...value, session: fakeSession({ cwd: dir }) });
  expect(await Promise.all(all.map(alive))).toEqual([true, true, true]);
  await kernel.fire('SessionEnd', value);
  expect(await until(() => none(all), 1_000)).toBe(true);
});

test('the end of the program ends tasks of all sessions', async () => {
  const { call, dir, kernel } = await toolBench();
  await call('Bash', { command: 'echo $$ >> pids; sleep 300', run_in_background: true });
  await call(
    'Bash',
    { command: 'echo $$ >> pids; sleep 300', run_in_background: true },
    { session: fakeSession({ cwd: dir }) },
  );
  const all = await pids(join(dir, 'pids'), 2);
  await kernel.exit({ code: 0, reason: 'test' });
  expect(await until(() => none(all), 1_000)).toBe(true);
});

test('the end of a task is told once: to who began it, or to the root session', async () => {
  const bench = await toolBench();
  const { call, session } = bench;
  const agent = fakeSession({ cwd: bench.dir, parent: session, agent: { id: 'a1', type: 'general' } });
  const tasks = await bench.kernel.use(BackgroundTasks);
  const done = () => until(() => tasks.list(session).every(({ status }) => status !== 'running'));
  await call('Bash', { command: 'true', description: 'Of the root', run_in_background: true });
  await call('Bash', { command: 'false', description: 'Of the agent', run_in_background: true }, { session: agent });
  expect(tasks.list(agent)).toHaveLength(2);
  await done();
  const heard = await news(bench, agent);
  expect(heard).toMatch(/^<system-reminder>\n.*Of the agent\) has ended: exit code 1/);
  expect(heard).not.toContain('Of the root');
  expect(await news(bench)).toMatch(/Of the root\) has ended: exit code 0/);
  expect(await news(bench)).toBe('');
  await call(
    'Bash',
    { command: 'true', description: 'Left by the agent', run_in_background: true },
    { session: agent },
  );
  await done();
  expect(await news(bench)).toContain('Left by the agent');
});

test('a variable of the environment switches tasks in the background off', async () => {
  const { call, tool } = await toolBench({ env: { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1' } });
  const { description, inputSchema } = await tool('Bash');
  expect(description + JSON.stringify(inputSchema)).not.toContain('background');
  await expect(call('Bash', { command: 'true', run_in_background: true })).rejects.toThrow(/switched off/);
  await expect(tool('Monitor')).rejects.toThrow(/no tool Monitor/);
});

test('only so many tasks run at once', async () => {
  const { call, session, kernel } = await toolBench();
  const tasks = await kernel.use(BackgroundTasks);
  const start = { type: 'local_agent', description: 'x', stop: () => {} };
  const works = await Promise.all(Array.from({ length: 50 }, () => tasks.start(session, start)));
  await expect(call('Bash', { command: 'true', run_in_background: true })).rejects.toThrow(/50 tasks are running/);
  for (const work of works) await work.end({ status: 'completed', summary: 'done' });
  await call('Bash', { command: 'true', run_in_background: true });
});

test('a program without end takes no more than a part of a processor, and can be stopped', async () => {
  const { call, session, kernel } = await toolBench();
  const { output } = await call<BashOutput>('Bash', { command: 'yes', run_in_background: true });
  const id = output.backgroundTaskId!;
  const [task] = (await kernel.use(BackgroundTasks)).list(session);
  const size = async () => (await stat(task!.outputFile)).size;
  const limit = 32 * 1024 * 1024;
  expect(await until(async () => (await size()) > limit, 20_000)).toBe(true);
  const before = process.cpuUsage();
  await new Promise((go) => setTimeout(go, 1_000));
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(500_000);
  const { text } = await call('TaskOutput', { task_id: id, block: false });
  expect(text.length).toBeLessThan(31_000);
  expect(text).toMatch(/characters left out/);
  await call('TaskStop', { task_id: id });
  expect(await size()).toBeLessThan(limit + 200);
});
