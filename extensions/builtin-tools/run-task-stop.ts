import { BackgroundTasks, type ToolContext, type ToolResult } from 'tenon/plugin-api';
import type { TaskStopInput } from './schemas/task-stop.schema.ts';
import { unknownTask } from './unknown-task.ts';
import type { Workbench } from './workbench.ts';

export interface TaskStopOutput {
  readonly message: string;
  readonly task_id: string;
  readonly task_type: string;
  readonly command?: string;
}

/** @throws Error when there is no such task, or it goes on nevertheless */
export async function runTaskStop(
  { api }: Workbench,
  input: TaskStopInput,
  { session }: ToolContext,
): Promise<ToolResult<TaskStopOutput>> {
  const id = input.task_id ?? input.shell_id;
  if (id === undefined) throw new Error('task_id is missing: give the id of the task to end');
  const tasks = await api.use(BackgroundTasks);
  const before = tasks.list(session).find((one) => one.id === id)?.status;
  const task = await tasks.stop(session, id);
  if (task === undefined) throw unknownTask(id, tasks.list(session));
  if (task.status === 'running') throw new Error(`${id} was told to end, but goes on; look again with TaskOutput`);
  const message =
    before === 'running'
      ? `Ended ${id} (${task.description})`
      : `${id} (${task.description}) had ended already: ${task.summary}`;
  return {
    content: message,
    output: {
      message,
      task_id: id,
      task_type: task.type,
      ...(task.command !== undefined && { command: task.command }),
    },
  };
}
