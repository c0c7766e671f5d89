import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { TodoWriteOutput } from './run-todo-write.ts';
import type { TodoWriteInput } from './schemas/todo-write.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Keeps your list of steps for work with three or more of them; each call gives the whole list. Have one step in_progress at a time, and mark each completed as soon as it is.`;

/** Keeps the model's list of steps. */
export function todoWriteTool(bench: Workbench): Tool<TodoWriteInput, TodoWriteOutput> {
  return {
    name: 'TodoWrite',
    description,
    inputSchema: schemas.TodoWrite,
    parse: parseInput<TodoWriteInput>('TodoWrite'),
    readOnly: () => true,
    run: async (input, context) => (await import('./run-todo-write.ts')).runTodoWrite(bench, input, context),
  };
}
