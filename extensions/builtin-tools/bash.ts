import type { JsonSchema, Tool } from 'tenon/plugin-api';
import { isOn } from 'tenon/plugin-api/lib/child-env';
import { parseInput } from './parse-input.ts';
import type { BashOutput } from './run-bash.ts';
import type { BashInput } from './schemas/bash.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Runs a command line in bash. Each call is a new shell: the working directory is kept while it stays in the project, variables and functions are not. There is no terminal and no input.
Use Read, Edit, Write, Glob and Grep rather than cat, sed, echo, find and grep. Quote paths with spaces. Chain with && what must succeed in order; send independent commands as separate calls. Long output is saved to a file that you are told of.
Commit or push with git only when asked.`;
const background = `
For servers and long work set run_in_background: you are told when it ends, and need not wait.`;

/** Runs a command line. */
export function bashTool(bench: Workbench): Tool<BashInput, BashOutput> {
  const off = isOn(bench.host.env.CLAUDE_CODE_DISABLE_BACKGROUND_TASKS);
  return {
    name: 'Bash',
    description: off ? description : description + background,
    inputSchema: off ? withoutBackground() : schemas.Bash,
    parse: parseInput<BashInput>('Bash'),
    // what a command changes is for the permission rules to find out
    readOnly: () => false,
    access: ({ command }) => ({ command }),
    run: async (input, context) => (await import('./run-bash.ts')).runBash(bench, input, context),
  };
}

function withoutBackground(): JsonSchema {
  const { run_in_background: _, ...properties } = schemas.Bash.properties;
  return { ...schemas.Bash, properties };
}
