import { defineExtension } from 'tenon/plugin-api';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import type { TaskGetOutput, TaskListOutput, TaskUpdateOutput } from '../run-task-list.ts';
import { toolBench } from './tool-bench.ts';

test('steps are made, changed, linked, listed and deleted', async () => {
  const { call } = await toolBench();
  expect((await call('TaskList', {})).text).toBe('The task list is empty.');
  expect((await call('TaskCreate', { subject: 'Look', description: 'Find it', activeForm: 'Looking' })).output).toEqual(
    {
      task: { id: '1', subject: 'Look' },
    },
  );
  await call('TaskCreate', { subject: 'Fix', description: '', metadata: { a: 1, b: 2 } });
  const updated = await call<TaskUpdateOutput>('TaskUpdate', { taskId: 1, status: 'in_progress', addBlocks: ['2'] });
  expect(updated.output).toEqual({
    success: true,
    taskId: '1',
    updatedFields: ['status', 'blocks'],
    statusChange: { from: 'pending', to: 'in_progress' },
  });
  expect((await call('TaskList', {})).text).toBe('#1 [in_progress] Look\n#2 [pending] Fix (waits for #1)');
  await call('TaskUpdate', { taskId: '2', owner: 'me', metadata: { a: null, c: 3 } });
  const { output, text } = await call<TaskGetOutput>('TaskGet', { taskId: '2' });
  expect(output.task).toMatchObject({ owner: 'me', blockedBy: ['1'], metadata: { b: 2, c: 3 } });
  expect(text).toContain('Owner: me');
  await call('TaskUpdate', { taskId: '1', status: 'completed' });
  expect((await call<TaskListOutput>('TaskList', {})).output.tasks).toMatchObject([
    { status: 'completed' },
    { blockedBy: [] },
  ]);
  await call('TaskUpdate', { taskId: '1', status: 'deleted' });
  expect((await call<TaskGetOutput>('TaskGet', { taskId: '2' })).output.task.blockedBy).toEqual([]);
  await expect(call('TaskGet', { taskId: '1' })).rejects.toThrow(/no task "1"; there are 2/);
  await expect(call('TaskUpdate', { taskId: '2', addBlocks: ['9'] })).rejects.toThrow(/no task "9"/);
  // a number is not given twice
  expect((await call('TaskCreate', { subject: 'More', description: '' })).text).toContain('#3');
});

test('what a tap denies is not created, and does not count as completed', async () => {
  const seen: unknown[] = [];
  const guard = defineExtension({
    manifest: { id: 'guard', version: '0.0.0', api: 1, taps: ['TaskCreated', 'TaskCompleted'] },
    setup(api) {
      api.hooks.TaskCreated.tap(({ task }) => {
        seen.push(task);
        return task.subject === 'Bad' ? { verdict: 'deny', reason: 'not this' } : undefined;
      });
      api.hooks.TaskCompleted.tap(() => ({ verdict: 'deny', reason: 'tests fail' }));
    },
  });
  const h = await createHarness({
    extensions: [guard],
    bundled: ['builtin-tools'],
    model: [
      [
        callTool('TaskCreate', { subject: 'Bad', description: 'x' }),
        callTool('TaskCreate', { subject: 'Good', description: 'y' }),
      ],
      callTool('TaskUpdate', { taskId: '2', status: 'completed' }),
      callTool('TaskList'),
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  expect(run.calls('TaskCreate').map(({ result }) => result)).toEqual([
    'The task was not created: not this',
    'Task #2 created: Good',
  ]);
  expect(run.calls('TaskUpdate')[0]).toMatchObject({ isError: true, result: expect.stringContaining('tests fail') });
  expect(run.calls('TaskList')[0]!.result).toBe('#2 [pending] Good');
  expect(seen).toEqual([
    { id: '1', subject: 'Bad', description: 'x' },
    { id: '2', subject: 'Good', description: 'y' },
  ]);
});

test('a session that goes on has its list', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools', 'sessions'],
    session: { persist: true },
    model: [
      [
        callTool('TaskCreate', { subject: 'One', description: '' }),
        callTool('TaskCreate', { subject: 'Two', description: '' }),
      ],
      callTool('TaskUpdate', { taskId: '1', status: 'completed' }),
      callTool('TaskUpdate', { taskId: '7', status: 'completed' }),
      say('later'),
      callTool('TaskCreate', { subject: 'Three', description: '' }),
      callTool('TaskList'),
      say('done'),
    ],
  });
  await h.prompt('plan');
  const first = await h.session();
  await first.close('other');
  const again = await h.open({ persist: true, resume: first.id });
  await again.send({ content: 'go on' });
  expect(h.requests.at(-1)!.toolResults.at(-1)!.text).toBe('#1 [completed] One\n#2 [pending] Two\n#3 [pending] Three');
});

test('the older list takes the place of the newer when that is switched off', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    env: { CLAUDE_CODE_ENABLE_TASKS: '0' },
    model: [
      callTool('TodoWrite', { todos: [{ content: 'Test', status: 'pending', activeForm: 'Testing' }] }),
      callTool('TodoWrite', { todos: [{ content: 'Test', status: 'completed', activeForm: 'Testing' }] }),
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  expect(run.requests[0]!.tools.map(({ name }) => name)).toContain('TodoWrite');
  expect(run.requests[0]!.tools.map(({ name }) => name)).not.toContain('TaskCreate');
  expect(run.calls('TodoWrite').map(({ result }) => result)).toEqual([
    'The list is kept; 1 of 1 are left to do.',
    'The list is kept; nothing is left to do.',
  ]);
  const outputs = h.events.flatMap((event) =>
    event.type === 'user' && event.toolUseResult ? [event.toolUseResult] : [],
  );
  expect(outputs).toMatchObject([
    { oldTodos: [], newTodos: [{ status: 'pending' }] },
    { oldTodos: [{ status: 'pending' }], newTodos: [{ status: 'completed' }] },
  ]);
});
