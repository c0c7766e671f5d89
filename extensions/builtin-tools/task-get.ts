import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { TaskGetOutput } from './run-task-list.ts';
import type { TaskGetInput } from './schemas/task-get.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Gives all of one step of the task list.`;

/** Gives one step of the task list. */
export function taskGetTool(bench: Workbench): Tool<TaskGetInput, TaskGetOutput> {
  return {
    name: 'TaskGet',
    description,
    inputSchema: schemas.TaskGet,
    parse: parseInput<TaskGetInput>('TaskGet'),
    readOnly: () => true,
    run: async (input, context) => (await import('./run-task-list.ts')).getTask(bench, input, context),
  };
}
