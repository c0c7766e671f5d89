import { searchTree } from '../file-tree.ts';
import type { Finding } from '../ground.ts';
import { judgePath } from '../judge-path.ts';
import { coversTool, isSound, type Rule } from '../rule.ts';
import { argumentsOf } from './argument.ts';
import { type CommandCase, question } from './case.ts';
import { baseName } from './disguises.ts';
import { type FileChanges, fileChanges, outputFiles, runsBeyondRule, writesOperands } from './file-changes.ts';
import {
  judgeChanges,
  judgeCoveredChanges,
  judgeOutput,
  judgeReading,
  judgeWriter,
  ruleBelow,
} from './file-judgement.ts';
import { gitBeyondRules, gitPlaces } from './git.ts';
import { programName, type Reading, reading, sedParts } from './read-only.ts';
import type { SimpleCommand } from './simple-command.ts';
import { literalWord, type ShellWord } from './word.ts';
import { NEVER_COVERED, SAFE_VARIABLES, unwrap } from './wrappers.ts';

/** Commands whose operands are files that they show. */
const READERS =
  /^(?:cat|head|tail|less|more|nl|tac|grep|egrep|fgrep|rg|sed|od|xxd|hexdump|strings|wc|sort|uniq|cut|diff|cmp|comm|file|stat|ls|du|tree|find|md5sum|sha1sum|sha256sum|base64|bat|awk)$/;
/** Read-only commands that can do nothing else, whatever file names they get. */
const FED = /^(?:cat|head|wc|grep|egrep|fgrep|ls|basename|dirname|stat|du|echo|nl|cut)$/;

/** Why one command may not run unasked, or `undefined`. `whole` is an allow rule for everything. */
export function judgeSimple(
  at: CommandCase,
  command: SimpleCommand,
  whole: Rule | undefined,
  changesGit: boolean,
): Finding | undefined {
  const set = whole === undefined ? assignmentProblem(command) : undefined;
  if (set !== undefined) return question(set);
  if (command.words.length === 0) return undefined;
  const words = unwrap(command.words);
  const fed = words !== command.words && command.words.some((word) => word.text === 'xargs');
  const first = words[0]!;
  const changes = first.plain ? fileChanges(words) : '';
  // protected files are a question whatever a rule says
  if (typeof changes !== 'string') {
    const danger = judgeChanges(at, changes, command, true);
    if (danger !== undefined) return danger;
  } else if (first.plain && writesOperands(baseName(first.text))) {
    const anywhere = whole !== undefined || /^(?:chmod|chown)$/.test(first.text);
    const danger = judgeWriter(at, words, command, anywhere);
    if (danger !== undefined) return danger;
  }
  if (whole !== undefined) return undefined;
  if (!first.plain || first.text === '' || /\s/.test(first.text)) {
    return question(`the name of the program is not literal: ${first.raw}`);
  }
  const unknown = command.words.find((word) => word.unknown || (word.tilde && !/^~(?:\/|$)/.test(word.raw)));
  if (unknown !== undefined) return question(`${unknown.raw} is not known before the command runs`);

  const loose = looseWord(at, command);
  if (loose !== undefined) return question(loose);

  const read = reading(words);
  if (typeof read !== 'string') {
    const finding = fed ? judgeFed(at, words, read, command) : judgeReading(at, read, command, changesGit);
    if (finding === undefined || finding.source === 'safety') return finding;
    return coveringRule(at, command, words, true) === undefined ? finding : undefined;
  }
  if (at.ground.mode === 'plan') return { verdict: 'ask', source: 'mode', reason: `plan mode only reads: ${read}` };
  if (coveringRule(at, command, words, true) !== undefined) return undefined;
  const rule = coveringRule(at, command, words, false);
  if (rule !== undefined) return judgeCovered(at, words, command, rule, changes);
  if (at.ground.mode === 'acceptEdits' && typeof changes !== 'string' && !fed)
    return judgeChanges(at, changes, command, false);
  return question(read);
}

/** Why a word with a variable may be more or something else than the one word that it looks like. */
function looseWord(at: CommandCase, command: SimpleCommand): string | undefined {
  const scope = at.scope(command);
  for (const word of command.words) {
    if (!word.pieces.some((piece) => piece.kind === 'variable' && scope.variables.has(piece.name))) continue;
    for (const { text, unknown } of argumentsOf(word, scope)) {
      if (unknown) return `${word.raw} may become several words`;
      if (text.startsWith('-')) return `${word.raw} may be a flag`;
    }
  }
  return undefined;
}

function assignmentProblem(command: SimpleCommand): string | undefined {
  for (const { name, value } of command.assignments) {
    if (command.words.length === 0) return `it sets the variable ${name}`;
    const harmless = SAFE_VARIABLES.test(name) && value?.plain && /^[\w.,:@=+-]*$/.test(value.text);
    if (!harmless) return `it sets the variable ${name}, which can change what the command does`;
  }
  return undefined;
}

/** `… | xargs cat`: operands come from the command before. */
function judgeFed(
  at: CommandCase,
  words: readonly ShellWord[],
  read: Reading,
  command: SimpleCommand,
): Finding | undefined {
  const name = programName(words[0]!.text);
  const why = question(`xargs ${name} gets file names that are not known`);
  if (!FED.test(name)) return why;
  const { source } = command;
  if (/^(?:echo|basename|dirname)$/.test(name)) return judgeReading(at, read, command, false);
  if (source === undefined || !listsFiles(unwrap(source.words))) return why;
  const odd = oddNames(at, command, name, programName(unwrap(source.words)[0]!.text) === 'git');
  if (odd !== undefined) return question(odd);
  if (ruleBelow(at, [literalWord('.')], command) !== undefined) return why;
  return judgeReading(at, read, command, false);
}

/** Flags and tests of commands that list files with which they print nothing but names, one in a line. */
const LISTING: Readonly<Record<string, { readonly plain: RegExp; readonly valued: RegExp; readonly needs: RegExp }>> = {
  find: {
    plain: /^(?:-print|-readable|-empty|-mount|-xdev|[^-(!),].*)$/,
    valued: /^-(?:type|name|iname|path|ipath|regex|maxdepth|mindepth|size|mtime|mmin|newer)$/,
    needs: /^-type$/,
  },
  'git ls-files': {
    plain: /^(?:-[cmo]+|--|--(?:cached|modified|others|exclude-standard)|[^-].*)$/,
    valued: /^(?:-x)$/,
    needs: /^ls-files$/,
  },
  rg: {
    plain:
      /^(?:-[lisSwxFvPuU]+|--(?:files|files-with-matches|ignore-case|smart-case|fixed-strings|hidden|glob=.*|type=.*)|[^-].*)$/,
    valued: /^-[egt]$/,
    needs: /^(?:--files|--files-with-matches|-[isSwxFvPuU]*l[isSwxFvPuU]*)$/,
  },
  grep: {
    plain:
      /^(?:-[rliwxFEGPvIsH]+|--(?:recursive|files-with-matches|ignore-case|word-regexp|(?:include|exclude|exclude-dir)=.*)|[^-].*)$/,
    valued: /^-e$/,
    needs: /^-[a-zA-Z]*l|^--files-with-matches$/,
  },
};

/** True for commands that print names of ordinary files below the working folder and nothing else. */
function listsFiles(words: readonly ShellWord[]): boolean {
  if (words.length === 0 || !words[0]!.plain || words.some((word) => word.unknown)) return false;
  if (typeof reading(words) === 'string') return false;
  const program = programName(words[0]!.text);
  const git = program === 'git';
  const name = git ? `git ${words[1]?.text}` : program;
  const listing = Object.hasOwn(LISTING, name) ? LISTING[name] : undefined;
  if (listing === undefined) return false;
  const flags = words.slice(1).map((word) => word.text);
  for (let at = git ? 1 : 0; at < flags.length; at++) {
    const flag = flags[at]!;
    if (listing.valued.test(flag)) {
      // anything but files may be a link
      if (flags[++at] !== 'f' && flag === '-type') return false;
    } else if (name === 'find' && (flag === '-not' || flag === '!')) {
      if (flags[at + 1] === '-type') return false;
    } else if (!listing.plain.test(flag)) return false;
  }
  if (program === 'grep' && !flags.some((flag) => /^-[a-zA-Z]*r|^--recursive$/.test(flag))) return false;
  return flags.some((flag) => listing.needs.test(flag));
}

/** Entries of the working folder that are looked at before `xargs` may read files. */
const MOST_NAMES = 20_000;

/** Commands that show of a file what it is, and not what it holds. */
const SHOWS_NO_TEXT = /^(?:wc|ls|stat|du)$/;

/**
 * Why `xargs` may read something else than the files of the working folder that are listed to it, or `undefined`: it
 * takes a name apart at blanks and quotes, and git also lists links.
 */
function oddNames(at: CommandCase, command: SimpleCommand, name: string, git: boolean): string | undefined {
  for (const folder of at.folders(command)) {
    const odd = searchTree(folder, (_path, one) => /^-|["'\\]|\s-|\s(?:\.\.)?$/.test(one), MOST_NAMES);
    if (odd === 'more') return 'there are too many files to see whether their names are harmless to xargs';
    if (odd !== undefined) return `xargs may take the name ${odd} for something else`;
    if (SHOWS_NO_TEXT.test(name)) continue;
    const blank = git || searchTree(folder, (_path, one) => /\s/.test(one), MOST_NAMES) !== undefined;
    const outside = (path: string) => judgePath(at.ground, path, 'read', 'Bash').verdict !== 'allow';
    const link = blank && searchTree(folder, (path, _name, isLink) => isLink && outside(path), MOST_NAMES);
    if (typeof link === 'string') return `xargs may follow ${link} out of the working folder`;
  }
  return undefined;
}

/** The rule that allows a command: with `exact` one without `*`. */
function coveringRule(
  at: CommandCase,
  command: SimpleCommand,
  words: readonly ShellWord[],
  exact: boolean,
): Rule | undefined {
  // a blank inside of a word is not the blank between two
  const joined = (list: readonly ShellWord[]) => list.map((word) => word.text.replace(/\s/g, '\u0001')).join(' ');
  const spelt = (list: readonly ShellWord[]) => [joined(list), list.map((word) => word.raw).join(' ')];
  const texts = spelt(words);
  const wrapped = words === command.words ? [] : spelt(command.words);
  const wrappers = spelt(command.words.slice(0, command.words.length - words.length));
  const short = programName(words[0]!.text);
  if (short !== words[0]!.text) texts.push([short, joined(words.slice(1))].join(' ').trim());
  return at.ground.rules.allow.find((rule) => {
    if (!isSound(rule) || !coversTool(rule, at.options.tool) || rule.specifier?.kind !== 'command') return false;
    const { pattern } = rule.specifier;
    if (pattern.exact !== exact) return false;
    if (texts.some((text) => pattern.test(text))) return true;
    // `timeout *` names no program, and would let any through
    const named =
      exact || wrappers.some((text) => pattern.text.startsWith(`${text} `) && pattern.text[text.length + 1] !== '*');
    return named && wrapped.some((text) => pattern.test(text));
  });
}

/** What a rule with a `*` does not cover. */
function judgeCovered(
  at: CommandCase,
  words: readonly ShellWord[],
  command: SimpleCommand,
  rule: Rule,
  changes: FileChanges | string,
): Finding | undefined {
  const name = baseName(words[0]!.text);
  const beyond = beyondRule(name, words, rule);
  if (beyond !== undefined) return question(`${beyond}, which a rule with * does not cover`);
  for (const { text, word } of outputFiles(name, words)) {
    const finding = judgeOutput(at, word.text === text ? word : literalWord(text), command);
    if (finding !== undefined) return finding;
  }
  if ((name === 'uniq' || name === 'xxd') && words.filter((word) => !word.text.startsWith('-')).length > 2) {
    const finding = judgeOutput(at, words.at(-1)!, command);
    if (finding !== undefined) return finding;
  }
  for (const { text, access } of name === 'git' ? gitPlaces(words) : []) {
    const word = literalWord(text);
    const finding = access === 'write' ? judgeOutput(at, word, command) : at.wordFinding(word, 'read', command);
    if (finding !== undefined && finding.verdict !== 'allow') return finding;
  }
  if (typeof changes !== 'string') return judgeCoveredChanges(at, changes, command);
  if (!READERS.test(name)) return undefined;
  const operands = words.slice(1).filter((word) => !word.text.startsWith('-'));
  for (const word of /^(?:[ef]?grep|rg|sed|awk)$/.test(name) ? operands.slice(1) : operands) {
    const finding = at.wordFinding(word, 'read', command);
    if (finding.verdict !== 'allow') return finding;
  }
  return undefined;
}

function beyondRule(name: string, words: readonly ShellWord[], rule: Rule): string | undefined {
  if (NEVER_COVERED.has(name)) return `${name} runs other programs`;
  const action = runsBeyondRule(name, words);
  if (action !== undefined) return action;
  if (name === 'git')
    return gitBeyondRules(words, rule.specifier?.kind === 'command' ? rule.specifier.pattern.text : '');
  if (name === 'sed') {
    const parts = sedParts(words.slice(1), true);
    if (typeof parts === 'string') return parts;
  }
  return undefined;
}

/** A command as a rule would name it, or `undefined` when none should be stored. */
export function storableCommand(command: SimpleCommand): string | undefined {
  if (command.nested || command.assignments.length > 0) return undefined;
  const words = unwrap(command.words);
  if (words.length === 0 || words.some((word) => word.unknown)) return undefined;
  return NEVER_COVERED.has(baseName(words[0]!.text)) ? undefined : words.map((word) => word.raw).join(' ');
}
