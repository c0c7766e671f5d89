import type { Tool } from 'tenon/plugin-api';
import { expandHome } from './input-path.ts';
import { parseInput } from './parse-input.ts';
import type { WriteOutput } from './run-write.ts';
import type { WriteInput } from './schemas/write.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Makes a file, or replaces a whole one; folders are made as needed.
A file that exists must have been read in this session. To change a part of a file use Edit. Make no documentation files unless asked.`;

/** Makes or replaces a file. */
export function writeTool(bench: Workbench): Tool<WriteInput, WriteOutput> {
  return {
    name: 'Write',
    description,
    inputSchema: schemas.Write,
    parse: parseInput<WriteInput>('Write'),
    readOnly: () => false,
    access: ({ file_path }) => ({ paths: [{ path: expandHome(file_path, bench.host.home), access: 'write' }] }),
    run: async (input, context) => (await import('./run-write.ts')).runWrite(bench, input, context),
  };
}
