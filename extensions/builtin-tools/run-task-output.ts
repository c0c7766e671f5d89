import { type BackgroundTask, BackgroundTasks, type ToolContext, type ToolResult } from 'tenon/plugin-api';
import type { TaskOutputInput } from './schemas/task-output.schema.ts';
import { unknownTask } from './unknown-task.ts';
import type { Workbench } from './workbench.ts';

export interface TaskOutputOutput {
  /** `timeout`: it was waited for and runs still; `not_ready`: it runs, and nobody waited. */
  readonly retrieval_status: 'success' | 'timeout' | 'not_ready';
  readonly task: {
    readonly task_id: string;
    readonly task_type: string;
    readonly status: BackgroundTask['status'];
    readonly description: string;
    readonly output: string;
    readonly exitCode?: number;
  };
}

const DEFAULT_WAIT = 30_000;
const MOST_WAIT = 600_000;

/** @throws Error when there is no such task */
export async function runTaskOutput(
  { api }: Workbench,
  input: TaskOutputInput,
  { session, signal }: ToolContext,
): Promise<ToolResult<TaskOutputOutput>> {
  const { task_id: id, block = true } = input;
  const wait = block ? Math.min(input.timeout ?? DEFAULT_WAIT, MOST_WAIT) : 0;
  const tasks = await api.use(BackgroundTasks);
  const reading = await tasks.read(session, id, wait, signal);
  if (reading === undefined) throw unknownTask(id, tasks.list(session));
  const { task, text } = reading;
  const running = task.status === 'running';
  const state = running
    ? `${id} (${task.description}) is running${wait > 0 ? `, still after ${wait} ms` : ''}.`
    : `${id} (${task.description}) is ${task.status}: ${task.summary}.`;
  const output = text.trimEnd() === '' ? '(nothing new)' : text.trimEnd();
  return {
    content: `${state} All of its output is in ${task.outputFile}; new since you last looked:\n${output}`,
    output: {
      retrieval_status: !running ? 'success' : wait > 0 ? 'timeout' : 'not_ready',
      task: {
        task_id: id,
        task_type: task.type,
        status: task.status,
        description: task.description,
        output: text,
        ...(task.exitCode !== undefined && { exitCode: task.exitCode }),
      },
    },
  };
}
