import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { TaskListOutput } from './run-task-list.ts';
import type { TaskListInput } from './schemas/task-list.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Gives the task list of this session.`;

/** Gives the task list. */
export function taskListTool(bench: Workbench): Tool<TaskListInput, TaskListOutput> {
  return {
    name: 'TaskList',
    description,
    inputSchema: schemas.TaskList,
    parse: parseInput<TaskListInput>('TaskList'),
    readOnly: () => true,
    run: async (input, context) => (await import('./run-task-list.ts')).listTasks(bench, input, context),
  };
}
