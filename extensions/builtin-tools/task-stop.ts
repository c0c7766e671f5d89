import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { TaskStopOutput } from './run-task-stop.ts';
import type { TaskStopInput } from './schemas/task-stop.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Ends a task in the background.`;

/** Ends a task in the background. */
export function taskStopTool(bench: Workbench): Tool<TaskStopInput, TaskStopOutput> {
  return {
    name: 'TaskStop',
    description,
    inputSchema: schemas.TaskStop,
    parse: parseInput<TaskStopInput>('TaskStop'),
    readOnly: () => true,
    run: async (input, context) => (await import('./run-task-stop.ts')).runTaskStop(bench, input, context),
  };
}
