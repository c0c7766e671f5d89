import type { Tool } from 'tenon/plugin-api';
import { expandHome } from './input-path.ts';
import { parseInput } from './parse-input.ts';
import type { EditOutput } from './run-edit.ts';
import type { EditInput } from './schemas/edit.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Replaces text in a file that was read in this session.
old_string must be exactly the file's text, indentation included, without the line numbers that Read adds, and must occur once: give more lines around it, or set replace_all to change every occurrence. An empty old_string makes a new file.`;

/** Replaces text in a file. */
export function editTool(bench: Workbench): Tool<EditInput, EditOutput> {
  return {
    name: 'Edit',
    description,
    inputSchema: schemas.Edit,
    parse: parseInput<EditInput>('Edit'),
    readOnly: () => false,
    access: ({ file_path }) => ({ paths: [{ path: expandHome(file_path, bench.host.home), access: 'write' }] }),
    run: async (input, context) => (await import('./run-edit.ts')).runEdit(bench, input, context),
  };
}
