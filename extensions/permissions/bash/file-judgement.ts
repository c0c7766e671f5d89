import { lstatSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { findFiles, hasPattern, searchTree } from '../file-tree.ts';
import type { Finding } from '../ground.ts';
import { judgePath } from '../judge-path.ts';
import { walkPath } from '../path-walk.ts';
import { protectedName } from '../protected-paths.ts';
import { describeRule, type Rule } from '../rule.ts';
import { argumentsOf } from './argument.ts';
import { type CommandCase, question } from './case.ts';
import type { FileChanges } from './file-changes.ts';
import type { Reading } from './read-only.ts';
import { foreignRepository } from './repository.ts';
import type { SimpleCommand } from './simple-command.ts';
import { literalWord, type ShellWord } from './word.ts';

/** Redirections: writes and reads like those of the file tools. */
export function judgeRedirections(at: CommandCase, command: SimpleCommand): readonly Finding[] {
  return command.files
    .map(({ access, target }) =>
      target.glob
        ? question(`${target.raw} is a pattern, and so the file is not known`)
        : at.wordFinding(target, access, command),
    )
    .filter((finding) => finding.verdict !== 'allow');
}

/** Why what a read-only command reads may not be read unasked, or `undefined`. */
export function judgeReading(
  at: CommandCase,
  read: Reading,
  command: SimpleCommand,
  changesGit: boolean,
): Finding | undefined {
  for (const word of read.reads) {
    const finding = at.wordFinding(word, 'read', command);
    if (finding.verdict !== 'allow') return finding;
  }
  for (const word of read.linksBelow) {
    const outside = linksOutside(at, word, command);
    if (outside !== undefined) return question(outside);
  }
  const rule = ruleBelow(at, read.contentBelow, command);
  if (rule !== undefined)
    return question(`a file that the rule ${describeRule(rule)} is about may be among those read`);
  if (!read.git) return undefined;
  const why = changesGit ? 'the command changes files that git obeys' : foreignRepository(at, command);
  return why === undefined ? undefined : question(why);
}

/** A deny or ask rule about reading that names something below the folders. */
export function ruleBelow(at: CommandCase, folders: readonly ShellWord[], command: SimpleCommand): Rule | undefined {
  const { deny, ask } = at.ground.rules;
  for (const rule of [...deny, ...ask]) {
    if (rule.tool !== 'Read' || rule.specifier?.kind !== 'path') continue;
    const { pattern } = rule.specifier;
    for (const word of folders) {
      for (const path of at.guessedPaths(word, command)) {
        const found = hasPattern(path) ? findFiles(path) : [path];
        if (found === undefined) return rule;
        for (const one of found) {
          const walk = walkPath(one);
          if (walk.stats !== undefined && !walk.stats.isDirectory()) continue;
          if (!walk.hops.some((hop) => pattern.mayMatchBelow(hop))) continue;
          if (searchTree(walk.resolved, (file) => pattern.matches(file)) !== undefined) return rule;
        }
      }
    }
  }
  return undefined;
}

function linksOutside(at: CommandCase, word: ShellWord, command: SimpleCommand): string | undefined {
  for (const path of at.guessedPaths(word, command)) {
    const found = searchTree(
      path,
      (file, _name, link) => link && judgePath(at.ground, file, 'read', 'Bash').verdict !== 'allow',
    );
    if (found === 'more') return 'there are too many files to see whether links lead out of the working folder';
    if (found !== undefined) return `${found} leads out of the working folder`;
  }
  return undefined;
}

/** A file that a covered command writes may be any in the working folder that is not protected. */
export function judgeOutput(at: CommandCase, word: ShellWord, command: SimpleCommand): Finding | undefined {
  const finding = at.wordFinding(word, 'write', command);
  if (finding.verdict === 'allow') return undefined;
  return finding.source === 'other' && finding.path !== undefined ? undefined : finding;
}

/** Files of a covered `mkdir touch rm rmdir mv cp sed`. */
export function judgeCoveredChanges(
  at: CommandCase,
  changes: FileChanges,
  command: SimpleCommand,
): Finding | undefined {
  for (const word of changes.writes) {
    const finding = judgeOutput(at, word, command);
    if (finding !== undefined) return finding;
  }
  for (const word of changes.reads) {
    const finding = at.wordFinding(word, 'read', command);
    if (finding.verdict !== 'allow') return finding;
  }
  return undefined;
}

/** Writers such as `tee` and `ln`: their operands may be neither protected nor, but for `chmod`, outside. */
export function judgeWriter(
  at: CommandCase,
  words: readonly ShellWord[],
  command: SimpleCommand,
  anywhere: boolean,
): Finding | undefined {
  for (const word of words.slice(1)) {
    const file = /^(?:of|if)=/.test(word.text) ? literalWord(word.text.slice(3)) : word;
    if (file.text.startsWith('-') || file.unknown) continue;
    if (!argumentsOf(file, at.scope(command)).every((argument) => argument.known)) continue;
    const finding = at.wordFinding(file, 'write', command);
    if (finding.verdict === 'deny' || finding.source === 'safety') return finding;
    if (finding.source === 'workingDir' && !anywhere) return finding;
  }
  return undefined;
}

/**
 * Judges what `mkdir touch rm rmdir mv cp sed` do. With `seriousOnly` nothing counts but what is protected, denied or
 * asked about by a rule.
 */
export function judgeChanges(
  at: CommandCase,
  changes: FileChanges,
  command: SimpleCommand,
  seriousOnly: boolean,
): Finding | undefined {
  const counts = (finding: Finding) =>
    finding.verdict === 'deny' || (finding.verdict === 'ask' && (!seriousOnly || isSerious(finding)));
  for (const word of changes.writes) {
    const finding = at.wordFinding(word, 'write', command);
    if (counts(finding)) return finding;
  }
  for (const word of changes.reads) {
    const finding = at.wordFinding(word, 'read', command);
    if (counts(finding)) return finding;
  }
  const to = changes.writes.at(-1);
  if (to === undefined || changes.arrives.length === 0) return undefined;
  const sources = changes.arrives
    .flatMap((word) => at.guessedPaths(word, command))
    .flatMap((path) => (hasPattern(path) ? (findFiles(path) ?? [path]) : [path]));
  for (const target of at.guessedPaths(to, command)) {
    for (const source of sources) {
      const arrived = at.pathFinding(join(target, basename(source)), 'write');
      if (arrived.verdict !== 'allow' && isSerious(arrived)) return arrived;
      if (!changes.trees || isOrdinaryFile(source)) continue;
      const odd = searchTree(
        source,
        (_path, name, link) => link || protectedName(name, at.ground.folderNames) !== undefined,
      );
      if (odd !== undefined) {
        const what = odd === 'more' ? 'more files than can be looked at' : `${odd}, which is protected or a link`;
        return { verdict: 'ask', source: 'safety', reason: `the folder that is moved or copied holds ${what}` };
      }
      if (!seriousOnly) at.made.push(posix.resolve(target));
    }
  }
  return undefined;
}

function isSerious(finding: Finding): boolean {
  return finding.verdict === 'deny' || finding.source === 'safety' || finding.source === 'rule';
}

function isOrdinaryFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
