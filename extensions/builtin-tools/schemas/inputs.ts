import { bashInput } from './bash.schema.ts';
import { editInput } from './edit.schema.ts';
import { globInput } from './glob.schema.ts';
import { grepInput } from './grep.schema.ts';
import { monitorInput } from './monitor.schema.ts';
import { notebookEditInput } from './notebook-edit.schema.ts';
import { readInput } from './read.schema.ts';
import { taskCreateInput } from './task-create.schema.ts';
import { taskGetInput } from './task-get.schema.ts';
import { taskListInput } from './task-list.schema.ts';
import { taskOutputInput } from './task-output.schema.ts';
import { taskStopInput } from './task-stop.schema.ts';
import { taskUpdateInput } from './task-update.schema.ts';
import { todoWriteInput } from './todo-write.schema.ts';
import { writeInput } from './write.schema.ts';

/** The input of each tool. `scripts/generate-schemas.mjs` turns them into `schemas.gen.ts`. */
export const inputs = {
  Read: readInput,
  Write: writeInput,
  Edit: editInput,
  NotebookEdit: notebookEditInput,
  Bash: bashInput,
  TaskOutput: taskOutputInput,
  TaskStop: taskStopInput,
  Monitor: monitorInput,
  Glob: globInput,
  Grep: grepInput,
  TodoWrite: todoWriteInput,
  TaskCreate: taskCreateInput,
  TaskUpdate: taskUpdateInput,
  TaskGet: taskGetInput,
  TaskList: taskListInput,
};
