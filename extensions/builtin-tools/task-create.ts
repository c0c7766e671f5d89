import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { TaskCreateOutput } from './run-task-list.ts';
import type { TaskCreateInput } from './schemas/task-create.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Adds a step to the task list of this session. Use it for work with three or more steps; keep the list right with TaskUpdate.`;

/** Adds a step to the task list. */
export function taskCreateTool(bench: Workbench): Tool<TaskCreateInput, TaskCreateOutput> {
  return {
    name: 'TaskCreate',
    description,
    inputSchema: schemas.TaskCreate,
    parse: parseInput<TaskCreateInput>('TaskCreate'),
    readOnly: () => true,
    run: async (input, context) => (await import('./run-task-list.ts')).createTask(bench, input, context),
  };
}
