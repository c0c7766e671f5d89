import { Loop, type ToolContext, type ToolResult } from 'tenon/plugin-api';
import type { TodoWriteInput } from './schemas/todo-write.schema.ts';
import { pastCalls } from './task-entries.ts';
import type { Workbench } from './workbench.ts';

type Todos = TodoWriteInput['todos'];

export interface TodoWriteOutput {
  readonly oldTodos: Todos;
  readonly newTodos: Todos;
}

export async function runTodoWrite(
  { api }: Workbench,
  { todos }: TodoWriteInput,
  { session }: ToolContext,
): Promise<ToolResult<TodoWriteOutput>> {
  const list = session.state('builtin-tools.todos', (): { todos: Todos } => {
    let last: Todos = [];
    for (const { name, input } of pastCalls(api.maybe(Loop)?.get(session.id)?.history() ?? [])) {
      if (name === 'TodoWrite') last = (input as TodoWriteInput).todos;
    }
    return { todos: last };
  });
  const oldTodos = list.todos;
  list.todos = todos;
  const left = todos.filter(({ status }) => status !== 'completed').length;
  return {
    content:
      left === 0
        ? 'The list is kept; nothing is left to do.'
        : `The list is kept; ${left} of ${todos.length} are left to do.`,
    output: { oldTodos, newTodos: todos },
  };
}
