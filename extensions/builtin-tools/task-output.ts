import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { TaskOutputOutput } from './run-task-output.ts';
import type { TaskOutputInput } from './schemas/task-output.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Gives the state of a task in the background and what it put out since you last looked; waits for its end unless block is false.`;

/** Reads a task in the background. */
export function taskOutputTool(bench: Workbench): Tool<TaskOutputInput, TaskOutputOutput> {
  return {
    name: 'TaskOutput',
    description,
    inputSchema: schemas.TaskOutput,
    parse: parseInput<TaskOutputInput>('TaskOutput'),
    readOnly: () => true,
    run: async (input, context) => (await import('./run-task-output.ts')).runTaskOutput(bench, input, context),
  };
}
