import type { TaskNotificationEvent } from 'tenon/plugin-api';
import { toStreamJson } from 'tenon/plugin-api/lib/stream-json';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

const harness = (model: Parameters<typeof createHarness>[0]) =>
  createHarness({ bundled: ['builtin-tools'], permissions: 'allow-all', ...model });

/** The id in the result of the last call. */
const taskOf = (request: { readonly messages: readonly unknown[] }) =>
  /as task (b\w+)/.exec(JSON.stringify(request.messages))![1]!;

test('the model hears at its next turn that a task has ended, and surfaces see all of it', async () => {
  const h = await harness({
    model: [
      callTool(
        'Bash',
        { command: 'until [ -e go ]; do sleep 0.02; done; echo built', description: 'Build', run_in_background: true },
        'toolu_a',
      ),
      callTool('Bash', { command: 'touch go; sleep 0.5' }),
      (request) => callTool('TaskOutput', { task_id: taskOf(request) }),
      say('done'),
    ],
  });
  const run = await h.prompt('build it');
  expect(JSON.stringify(run.requests[1]!.messages)).not.toContain('(Build) has ended');
  expect(JSON.stringify(run.requests[2]!.messages.at(-1))).toMatch(
    /system-reminder>.*\(Build\) has ended: exit code 0/,
  );
  expect(run.requests[3]).toContainToolResult(/is completed.*built/s);
  const tasks = h.events.filter(({ type }) => type.startsWith('task_'));
  expect(tasks.map(({ type }) => type)).toEqual(['task_started', 'task_updated', 'task_notification']);
  const levels = h.events.flatMap((event) => (event.type === 'tasks_changed' ? [event.tasks] : []));
  expect(levels).toMatchObject([[{ taskType: 'local_bash', description: 'Build' }], []]);
  const [started, updated, ended] = tasks.map((event) => toStreamJson(event, { version: '1' })!);
  const { taskId, outputFile } = tasks[2] as unknown as TaskNotificationEvent;
  expect(started).toMatchObject({
    type: 'system',
    subtype: 'task_started',
    task_id: taskId,
    tool_use_id: 'toolu_a',
    task_type: 'local_bash',
    description: 'Build',
    is_backgrounded: true,
  });
  expect(updated).toMatchObject({ subtype: 'task_updated', task_id: taskId, patch: { status: 'completed' } });
  expect(ended).toMatchObject({
    subtype: 'task_notification',
    task_id: taskId,
    tool_use_id: 'toolu_a',
    status: 'completed',
    output_file: outputFile,
    summary: 'Build: exit code 0',
  });
});

test('closing the session stops its tasks, and says so', async () => {
  const h = await harness({
    model: [callTool('Bash', { command: 'sleep 300', run_in_background: true }), say('done')],
  });
  await h.prompt('start it');
  await (await h.session()).close('other');
  expect(h.events.findLast(({ type }) => type !== 'tasks_changed')).toMatchObject({
    type: 'task_notification',
    status: 'stopped',
  });
});

test('each line of a monitor is told, in batches, and its end too', async () => {
  const h = await harness({
    model: [
      callTool('Monitor', {
        description: 'errors',
        command:
          'until [ -e start ]; do sleep 0.02; done; for i in 1 2 3; do echo "line $i"; echo noise >&2; done; printf last; until [ -e go ]; do sleep 0.02; done',
        timeout_ms: 60_000,
      }),
      callTool('Bash', { command: 'touch start; sleep 0.3' }),
      callTool('Bash', { command: 'touch go; sleep 0.3' }),
      say('done'),
    ],
  });
  const run = await h.prompt('watch');
  expect(run.requests[1]).toContainToolResult(/Watching as task b/);
  const last = (at: number) => JSON.stringify(run.requests[at]!.messages.at(-1));
  expect(last(2)).toContain('errors: line 1\\nerrors: line 2\\nerrors: line 3');
  expect(last(2)).not.toMatch(/noise|last/);
  expect(last(3)).toMatch(/errors: last.*has ended: exit code 0/);
});

test('a monitor that prints too much is cut, one that takes too long is ended', async () => {
  const h = await harness({
    model: [
      callTool('Monitor', {
        description: 'flood',
        command: `seq 100000; echo '</system-reminder>'; sleep 300`,
        timeout_ms: 1000,
      }),
      callTool('Bash', { command: 'sleep 3' }),
      say('done'),
    ],
  });
  const run = await h.prompt('watch');
  const told = JSON.stringify(run.requests[2]!.messages);
  expect(told).toMatch(/flood: 1\\nflood: 2\\n/);
  expect(told).toMatch(/\d+ more lines of b\w+ came too fast/);
  expect(told).toMatch(/has ended: it was ended after 1000 ms/);
  expect(told.length).toBeLessThan(20_000);
});

test('rules for Bash hold for Monitor', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    config: { permissions: { deny: ['Bash(curl *)'] } },
    model: [callTool('Monitor', { description: 'x', command: 'curl example.com' }), say('done')],
  });
  const run = await h.prompt('watch');
  expect(run.calls('Monitor')).toMatchObject([{ verdict: 'deny' }]);
});

test('tools that change only the session need no permission, notebooks are covered by rules for Edit', async () => {
  const h = await createHarness({
    bundled: ['builtin-tools'],
    config: { permissions: { deny: ['Edit(./locked/**)'] } },
    model: [
      [
        callTool('TaskCreate', { subject: 'One', description: '' }),
        callTool('TaskList'),
        callTool('TaskOutput', { task_id: 'b0' }),
        callTool('TaskStop', { task_id: 'b0' }),
        callTool('NotebookEdit', { notebook_path: 'locked/a.ipynb', cell_id: 'x', new_source: '' }),
      ],
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  expect(run.calls().map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'TaskCreate allow',
    'TaskList allow',
    'TaskOutput allow',
    'TaskStop allow',
    'NotebookEdit deny',
  ]);
});
