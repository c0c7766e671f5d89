import type { Tool } from 'tenon/plugin-api';
import { expandHome } from './input-path.ts';
import { parseInput } from './parse-input.ts';
import type { NotebookEditOutput } from './run-notebook-edit.ts';
import type { NotebookEditInput } from './schemas/notebook-edit.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Replaces, inserts or deletes one cell of a Jupyter notebook that was read in this session. Read shows the ids of the cells.`;

/** Changes a cell of a notebook. */
export function notebookEditTool(bench: Workbench): Tool<NotebookEditInput, NotebookEditOutput> {
  return {
    name: 'NotebookEdit',
    description,
    inputSchema: schemas.NotebookEdit,
    parse: parseInput<NotebookEditInput>('NotebookEdit'),
    readOnly: () => false,
    access: ({ notebook_path }) => ({ paths: [{ path: expandHome(notebook_path, bench.host.home), access: 'write' }] }),
    run: async (input, context) => (await import('./run-notebook-edit.ts')).runNotebookEdit(bench, input, context),
  };
}
