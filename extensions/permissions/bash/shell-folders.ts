import { posix } from 'node:path';
import { argumentsOf } from './argument.ts';
import type { SimpleCommand } from './simple-command.ts';
import type { ShellWord } from './word.ts';

/** Where a command may run: one of these folders; `undefined` when that is not known. */
export type Folders = readonly string[] | undefined;

/** Where the shell is after success and after failure. */
export interface After {
  readonly done: Folders;
  readonly failed: Folders;
}

const NOWHERE: Folders = [];

/**
 * Where the shell is after a command: `cd` and its kind move it.
 * @param isThere true for a folder that `cd` certainly gets into
 */
export function afterCommand(
  made: SimpleCommand,
  variables: () => ReadonlyMap<string, readonly ShellWord[]>,
  home: string,
  isThere: ((folder: string) => boolean) | undefined,
): After {
  const stay: After = { done: made.folders, failed: made.folders };
  let { words } = made;
  while (words[0]?.text === 'command' || words[0]?.text === 'builtin') words = words.slice(1);
  const name = words[0]?.text;
  if (name === undefined || !/^(?:cd|chdir|pushd|popd)$/.test(name)) return stay;
  const operands = words.slice(1).filter((word) => !/^(?:-[LPe@]+|--)$/.test(word.text));
  const physical = words.some((word) => /^-[Le@]*P/.test(word.text));
  const nowhere: After = { done: undefined, failed: made.folders };
  if (name === 'popd' || operands.length > 1 || physical) return nowhere;
  const target = operands[0];
  if (target === undefined) return name === 'cd' ? { done: [home], failed: made.folders } : nowhere;
  if (/^[-+]/.test(target.text) || target.glob) return nowhere;
  const folders: string[] = [];
  for (const argument of argumentsOf(target, { variables: variables(), home, guess: false })) {
    if (!argument.known || argument.glob) return nowhere;
    const path = argument.text;
    if (path === '') return stay;
    if (path.startsWith('/')) folders.push(posix.resolve(path));
    else if (made.folders === undefined) return nowhere;
    else for (const folder of made.folders) folders.push(posix.resolve(folder, path));
  }
  // nowhere: what follows a failure does not run
  const failed = isThere !== undefined && folders.every(isThere) ? NOWHERE : made.folders;
  return { done: sorted(folders), failed };
}

function sorted(folders: readonly string[]): Folders {
  const unique = [...new Set(folders)].sort();
  return unique.length > 8 ? undefined : unique;
}

/** Where it may be when it is at one place or at the other. */
export function either(a: Folders, b: Folders): Folders {
  if (a === b) return a;
  if (a === undefined || b === undefined) return undefined;
  const both = sorted([...a, ...b]);
  // the same array when nothing changed, which is how a loop sees that its body stays in place
  return both !== undefined && both.length === a.length && both.every((folder, index) => folder === a[index])
    ? a
    : both;
}

/** Where it may be after one of several ends. */
export function anywhere(ends: readonly { readonly done: Folders; readonly failed: Folders }[]) {
  let folders = either(ends[0]!.done, ends[0]!.failed);
  for (const end of ends.slice(1)) folders = either(folders, either(end.done, end.failed));
  return { done: folders, failed: folders };
}
