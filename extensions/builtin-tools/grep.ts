import type { Tool } from 'tenon/plugin-api';
import { expandHome } from './input-path.ts';
import { parseInput } from './parse-input.ts';
import type { GrepOutput } from './run-grep.ts';
import type { GrepInput } from './schemas/grep.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Searches file contents with ripgrep; use it rather than grep or rg in Bash. Literal braces and other special characters need a backslash. Files that git ignores are left out; hidden ones are searched.`;

/** Searches file contents. */
export function grepTool(bench: Workbench): Tool<GrepInput, GrepOutput> {
  return {
    name: 'Grep',
    description,
    inputSchema: schemas.Grep,
    parse: parseInput<GrepInput>('Grep'),
    readOnly: () => true,
    access: ({ path = '.' }) => ({ paths: [{ path: expandHome(path, bench.host.home), access: 'read' }] }),
    run: async (input, context) => (await import('./run-grep.ts')).runGrep(bench, input, context),
  };
}
