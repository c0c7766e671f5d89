import type { Tool } from 'tenon/plugin-api';
import { parseInput } from './parse-input.ts';
import type { BashOutput } from './run-bash.ts';
import type { BashInput } from './schemas/bash.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Runs a command line in bash. Each call is a new shell: the working directory is kept while it stays in the project, variables and functions are not. There is no terminal and no input.
Use Read, Edit, Write, Glob and Grep rather than cat, sed, echo, find and grep. Quote paths with spaces. Chain with && what must succeed in order; send independent commands as separate calls. Long output is saved to a file that you are told of.
For a server use \`cmd > /tmp/log 2>&1 &\`: it ends with the session. Commit or push with git only when asked.`;

/** Runs a command line. */
export function bashTool(bench: Workbench): Tool<BashInput, BashOutput> {
  return {
    name: 'Bash',
    description,
    inputSchema: schemas.Bash,
    parse: parseInput<BashInput>('Bash'),
    // what a command changes is for the permission rules to find out
    readOnly: () => false,
    access: ({ command }) => ({ command }),
    run: async (input, context) => (await import('./run-bash.ts')).runBash(bench, input, context),
  };
}
