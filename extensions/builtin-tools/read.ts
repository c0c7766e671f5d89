import type { Tool } from 'tenon/plugin-api';
import { expandHome } from './input-path.ts';
import { parseInput } from './parse-input.ts';
import type { ReadOutput } from './run-read.ts';
import type { ReadInput } from './schemas/read.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Reads a file. The result has line numbers, a tab, then the line; the first 2000 lines when you give no limit.
When it ends with PARTIAL, read on with the offset it names. Long lines are cut. Reads text, images, PDF files (the text of some pages with pages) and Jupyter notebooks (offset and limit count cells); not folders.
Read a file before you change it. Read several files in one go where you can.`;

/** Reads a file. */
export function readTool(bench: Workbench): Tool<ReadInput, ReadOutput> {
  return {
    name: 'Read',
    description,
    inputSchema: schemas.Read,
    parse: parseInput<ReadInput>('Read'),
    readOnly: () => true,
    access: ({ file_path }) => ({ paths: [{ path: expandHome(file_path, bench.host.home), access: 'read' }] }),
    run: async (input, context) => (await import('./run-read.ts')).runRead(bench, input, context),
  };
}
