import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandCase } from './case.ts';
import { fileChanges } from './file-changes.ts';
import { repositoryPrograms } from './repository-programs.ts';
import type { SimpleCommand } from './simple-command.ts';
import { unwrap } from './wrappers.ts';

/** Names whose presence makes git take a folder for a repository. */
const GIT_FILES = /^(?:HEAD|config|objects|refs|commondir|gitdir|packed-refs|index)$/;

/** Why git would obey another repository than that of the session, or `undefined`. */
export function foreignRepository(at: CommandCase, command: SimpleCommand): string | undefined {
  const { cwd, root } = at.ground;
  if (command.folders === undefined) return 'git runs in a folder that is not known';
  for (const folder of at.folders(command)) {
    if (folder !== cwd) return `git runs in another folder, ${folder}, and obeys what is configured there`;
  }
  // also where this one is not reached by it: `cd other | …`, `timeout 5 cd other`
  const moves = at.flattened.commands.find((one) => movesTo(at, one).some((folder) => folder !== cwd));
  if (moves !== undefined) return `${moves.text} goes to another folder, where git obeys what is configured there`;
  const here = repositoryOf(cwd);
  if (here !== repositoryOf(root)) return `git obeys the repository ${here}, which is not the one of the session`;
  if (here?.endsWith(' (bare)')) return `git takes ${here} for a repository`;
  return here === undefined ? undefined : repositoryPrograms(here);
}

function movesTo(at: CommandCase, command: SimpleCommand): readonly string[] {
  const [name, ...operands] = unwrap(command.words);
  if (name === undefined || !/^(?:cd|chdir|pushd|popd)$/.test(name.text)) return [];
  const target = operands.findLast((word) => !word.text.startsWith('-'));
  return target === undefined ? [''] : at.guessedPaths(target, command).map((path) => resolve(path));
}

/** True when a command writes files that may make a folder a repository. */
export function writesRepository(command: SimpleCommand): boolean {
  const written = command.files.filter((file) => file.access === 'write');
  if (written.some(({ target }) => !target.plain || GIT_FILES.test(basename(target.text)))) return true;
  const words = unwrap(command.words);
  if (words.length === 0 || !words[0]!.plain || typeof fileChanges(words) === 'string') return false;
  if (words[0]!.text === 'sed' && !words.some((word) => word.text.startsWith('-') && word.text.includes('i')))
    return false;
  return words
    .slice(1)
    .some((word) => !word.plain || GIT_FILES.test(basename(word.text)) || /^(?:mv|cp)$/.test(words[0]!.text));
}

/** The `.git` that git finds from a folder upwards, or the bare repository that it would take a folder for. */
function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return join(at, '.git');
    if (existsSync(join(at, 'HEAD')) && existsSync(join(at, 'objects')) && existsSync(join(at, 'refs')))
      return `${at} (bare)`;
    if (at === dirname(at)) return undefined;
  }
}
