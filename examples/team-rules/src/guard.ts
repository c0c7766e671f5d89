import { isAbsolute, join, relative, sep } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import type { Rules } from './manifest.ts';

/** A call to judge. `cwd` is where it runs, `root` the folder of the project. */
export interface GuardedCall {
  readonly tool: string;
  readonly input: JsonObject;
  readonly cwd: string;
  readonly root: string;
}

/** Why a call breaks the rules, or `undefined` when it does not. */
export function whyNot({ tool, input, cwd, root }: GuardedCall, { branches, folders }: Rules): string | undefined {
  if (tool === 'Bash' && typeof input.command === 'string') {
    const branch = branches.find((name) => pushesTo(input.command as string, name));
    return branch === undefined ? undefined : `the team does not push to ${branch}; push a branch and open a request`;
  }
  const path = input.file_path ?? input.notebook_path;
  if (!['Write', 'Edit', 'NotebookEdit'].includes(tool) || typeof path !== 'string') return undefined;
  const full = isAbsolute(path) ? path : join(cwd, path);
  const folder = folders.find((name) => isBelow(full, join(root, name)));
  return folder === undefined ? undefined : `files below ${folder}/ are made by a program; change what makes them`;
}

/**
 * A push that names the branch as its own word. This catches what a model does by mistake, not what it does to get
 * around a rule: for that there are the permission rules and the sandbox.
 */
function pushesTo(command: string, branch: string): boolean {
  return command.split(/&&|\|\||[;|\n]/).some((part) => {
    const words = part.trim().split(/\s+/);
    const push = words.indexOf('push');
    if (words[0] !== 'git' || push < 0) return false;
    return words.slice(push + 1).some((word) => word.replace(/^\+/, '').split(':').at(-1) === branch);
  });
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
