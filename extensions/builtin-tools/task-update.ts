import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { TaskUpdateOutput } from './run-task-list.ts';
import type { TaskUpdateInput } from './schemas/task-update.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Changes a step of the task list. Set in_progress when you begin it and completed as soon as it is done, not before.`;

/** Changes a step of the task list. */
export function taskUpdateTool(bench: Workbench): Tool<TaskUpdateInput, TaskUpdateOutput> {
  return {
    name: 'TaskUpdate',
    description,
    inputSchema: schemas.TaskUpdate,
    parse: parseInput<TaskUpdateInput>('TaskUpdate'),
    readOnly: () => true,
    run: async (input, context) => (await import('./run-task-list.ts')).updateTask(bench, input, context),
  };
}
