import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { criticalPath } from '../critical-paths.ts';
import { componentPattern, findFiles, hasPattern, searchTree } from '../file-tree.ts';
import { type Finding, type Ground, stricter } from '../ground.ts';
import { type Access, judgePath, strictRule } from '../judge-path.ts';
import { absolutePath, isInside, walkPath } from '../path-walk.ts';
import { protectedName } from '../protected-paths.ts';
import { coversTool, describeRule, fitsField, isSound, type Rule } from '../rule.ts';
import { type Argument, argumentsOf } from './argument.ts';
import { baseName, type Form, formsOf, segmentsOf, textsOf } from './disguises.ts';
import { fileChanges, outputFiles, runsBeyondRule, writesOperands } from './file-changes.ts';
import { findStarts } from './find.ts';
import { type Flattened, type FlattenOptions, flatten, type SimpleCommand } from './flatten.ts';
import { gitBeyondRules } from './git.ts';
import { programName, reading, sedParts } from './read-only.ts';
import { refusedText } from './text-filter.ts';
import { literalWord, type ShellWord } from './word.ts';
import { NEVER_COVERED, SAFE_VARIABLES, unwrap } from './wrappers.ts';

export type Parser = Pick<FlattenOptions, 'parse' | 'forEachChild'>;

export interface CommandFinding extends Finding {
  /** Commands that nothing allows, as they would stand in a rule. */
  readonly uncovered: readonly string[];
}

export interface CommandOptions {
  readonly parser: Parser;
  /** The tool whose rules are meant. */
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Judges a command line for bash. */
export function judgeCommand(ground: Ground, command: string, options: CommandOptions): CommandFinding {
  const refused = refusedText(command);
  if (refused !== undefined) return judgeText(ground, command, refused, options);
  const texts = [command];
  // bash joins lines in most places, but neither in single quotes nor in comments: both readings have to be fine
  if (command.includes('\\\n')) texts.push(command.replaceAll('\\\n', ''));
  let worst: CommandFinding | undefined;
  for (const text of texts) {
    const next = judgeParsed(ground, text, options);
    const uncovered = [...new Set([...(worst?.uncovered ?? []), ...next.uncovered])];
    worst = { ...(worst === undefined ? next : stricter(worst, next)), uncovered };
  }
  return worst!;
}

/** Judges text that is not given to the parser. */
function judgeText(ground: Ground, command: string, why: string, options: CommandOptions): CommandFinding {
  const strict = segmentRule(ground, command, options);
  if (strict !== undefined) return { ...strict, uncovered: [] };
  if (/(?:^|[^A-Za-z0-9])rm(?:dir)?(?![A-Za-z0-9])/.test(command)) {
    return { verdict: 'ask', source: 'safety', reason: why, uncovered: [] };
  }
  if (ground.mode === 'bypassPermissions') return allowed('mode', 'the mode bypassPermissions allows it');
  return { verdict: 'ask', source: 'other', reason: why, uncovered: [] };
}

function allowed(source: Finding['source'], reason: string, rule?: string): CommandFinding {
  return { verdict: 'allow', source, reason, uncovered: [], ...(rule === undefined ? {} : { rule }) };
}

function judgeParsed(ground: Ground, text: string, options: CommandOptions): CommandFinding {
  const flattenOptions: FlattenOptions = { ...options.parser, folders: [ground.cwd], home: ground.home };
  const flattened = flatten(text, flattenOptions);
  const forms = formsOf(flattened, flattenOptions);
  const judge = new CommandJudge(ground, options, flattened);
  const hidden = flattened.commands.some((command) => command.words[0]?.unknown);
  const broken = flattened.problems.some((problem) => /not understood|not known/.test(problem));
  const segments = hidden || broken ? segmentRule(ground, text, options) : undefined;
  if (segments?.verdict === 'deny') return { ...segments, uncovered: [] };
  const strict = judge.strictFinding(forms);
  if (strict?.verdict === 'deny') return { ...strict, uncovered: [] };
  if (segments !== undefined) return { ...segments, uncovered: [] };
  if (strict !== undefined) return { ...strict, uncovered: [] };
  const critical = judge.criticalFinding(forms);
  if (critical !== undefined) return { ...critical, uncovered: [] };
  if (ground.mode === 'bypassPermissions') return allowed('mode', 'the mode bypassPermissions allows it');
  return judge.permission(text, broken);
}

/** A deny or ask rule that names a piece of text that was not parsed. */
function segmentRule(ground: Ground, text: string, options: CommandOptions): Finding | undefined {
  let segments: readonly string[] | undefined;
  for (const verdict of ['deny', 'ask'] as const) {
    for (const rule of ground.rules[verdict]) {
      if (!coversTool(rule, options.tool)) continue;
      const { specifier } = rule;
      if (specifier?.kind !== 'command') continue;
      segments ??= segmentsOf(text);
      if (segments.some((segment) => specifier.pattern.test(segment))) return byRule(verdict, rule);
    }
  }
  return undefined;
}

function byRule(verdict: 'ask' | 'deny', rule: Rule): Finding {
  const reason =
    verdict === 'deny' ? `denied by the rule ${describeRule(rule)}` : `the rule ${describeRule(rule)} asks`;
  return { verdict, source: 'rule', reason, rule: rule.text };
}

class CommandJudge {
  readonly ground: Ground;
  readonly options: CommandOptions;
  readonly flattened: Flattened;
  /** Places that this very command fills with files that are not there yet. */
  readonly made: string[] = [];

  constructor(ground: Ground, options: CommandOptions, flattened: Flattened) {
    this.ground = ground;
    this.options = options;
    this.flattened = flattened;
  }

  /** What deny and ask rules say of anything the command may run or touch. */
  strictFinding(forms: readonly Form[]): Finding | undefined {
    for (const verdict of ['deny', 'ask'] as const) {
      for (const rule of this.ground.rules[verdict]) {
        if (!coversTool(rule, this.options.tool)) continue;
        const { specifier } = rule;
        if (specifier === undefined) return byRule(verdict, rule);
        if ('field' in specifier && fitsField(specifier.field, this.options.input)) return byRule(verdict, rule);
        if (specifier.kind !== 'command') continue;
        for (const form of forms) {
          if (textsOf(form).some((text) => specifier.pattern.test(text))) return byRule(verdict, rule);
          const first = form.words[0]!.text;
          const { head } = specifier.pattern;
          if (head === undefined || !hasPattern(first) || !componentPattern(baseName(first)).test(baseName(head)))
            continue;
          const named = [head, ...form.words.slice(1).map((word) => word.text)].join(' ');
          if (specifier.pattern.test(named)) return byRule(verdict, rule);
        }
      }
      const touched = this.touchedFinding(verdict, forms);
      if (touched !== undefined) return touched;
    }
    return undefined;
  }

  /** What deny or ask rules about files say of the files that words of the command name. */
  touchedFinding(verdict: 'ask' | 'deny', forms: readonly Form[]): Finding | undefined {
    const rules = this.ground.rules[verdict].filter(
      (rule) =>
        (rule.tool === 'Read' || rule.tool === 'Edit' || rule.tool === 'Write') && rule.specifier?.kind !== 'never',
    );
    if (rules.length === 0) return undefined;
    const check = (path: string, access: Access): Finding | undefined => {
      for (const one of hasPattern(path) ? this.candidates(path, rules) : [path]) {
        const rule = strictRule(rules, walkPath(one), access, 'Bash');
        if (rule !== undefined) return { ...byRule(verdict, rule), path: one };
      }
      return undefined;
    };
    for (const command of this.flattened.commands) {
      for (const file of command.files) {
        for (const path of this.guessedPaths(file.target, command)) {
          if (path === '/dev/null') continue;
          const finding = check(path, file.access);
          if (finding !== undefined) return finding;
        }
      }
    }
    for (const form of forms) {
      const name = baseName(form.words[0]!.text);
      if (name === 'echo' || name === 'printf' || EXISTENCE.test(name)) continue;
      const read = reading(form.command.words.length > 0 ? plainWords(form) : [literalWord(name)]);
      const access: Access[] =
        typeof read !== 'string' ? ['read'] : writesOperands(name) ? ['write', 'read'] : ['read', 'write'];
      if (typeof read === 'string' && /^-[nErsuz]*i/.test(form.words[1]?.text ?? '')) access.push('write');
      for (const word of form.words.slice(1)) {
        for (const text of pathsIn(word)) {
          for (const folder of form.command.folders ?? [this.ground.cwd]) {
            const path = absolutePath(text, folder, this.ground.home);
            for (const one of access) {
              const finding = check(path, one);
              if (finding !== undefined) return finding;
            }
          }
        }
      }
      for (const text of form.piped) {
        if (!form.hidden) break;
        for (const one of text.split(/\s+/)) {
          const finding = one === '' ? undefined : check(absolutePath(one, this.ground.cwd, this.ground.home), 'read');
          if (finding !== undefined) return finding;
        }
      }
    }
    return undefined;
  }

  /** What a pattern may stand for: files that are there, and names that rules speak of. */
  candidates(path: string, rules: readonly Rule[]): readonly string[] {
    const found = [...(findFiles(path) ?? [])];
    const last = componentPattern(baseName(path));
    const folder = dirname(path);
    if (hasPattern(folder)) return found;
    for (const rule of rules) {
      if (rule.specifier?.kind !== 'path') continue;
      const { name } = rule.specifier.pattern;
      if (name !== undefined && last.test(name)) found.push(`${folder}/${name}`);
    }
    return found;
  }

  guessedPaths(word: ShellWord, command: SimpleCommand): readonly string[] {
    const folders = command.folders ?? [this.ground.cwd];
    return argumentsOf(word, this.flattened.assigned, true).flatMap((argument) =>
      folders.map((folder) => absolutePath(withHome(argument.text, this.ground.home), folder, this.ground.home)),
    );
  }

  /** Removing what must not be removed without a question. */
  criticalFinding(forms: readonly Form[]): Finding | undefined {
    const ask = (reason: string): Finding => ({ verdict: 'ask', source: 'safety', reason });
    for (const form of forms) {
      const name = baseName(form.words[0]!.text);
      const operands: Argument[] = [];
      if (name === 'rm' || name === 'rmdir' || name === 'unlink') {
        let ended = false;
        for (const word of form.words.slice(1)) {
          if (!ended && word.text === '--') ended = true;
          else if (ended || !word.text.startsWith('-')) operands.push(word);
        }
        for (const text of form.hidden ? form.piped : [])
          operands.push(...text.split(/\s+/).filter(Boolean).map(literal));
      } else if (name === 'find' && form.words.some((word) => /^-(?:delete|exec|execdir|ok|okdir)$/.test(word.text))) {
        const removes = form.words.some(
          (word) => word.text === '-delete' || /^(?:.*\/)?(?:rm|rmdir|unlink|shred)$/.test(word.text),
        );
        if (!removes) continue;
        for (const start of findStarts(form.words)) {
          if (/^\.?\/?$/.test(start) && start !== '/') continue;
          operands.push(literal(start));
        }
      } else continue;
      const removed = `the command removes ${operands.map((word) => word.raw).join(' ')}`;
      const recursive = name === 'find' || form.words.some((word) => /^-[A-Za-z]*[rR]|^--r/.test(word.text));
      for (const operand of operands) {
        if (operand.unknown && (recursive || name === 'rmdir'))
          return ask(`${removed}, and what ${operand.raw} is cannot be known`);
        if (!operand.known && this.flattened.assigned.has(variableName(operand))) {
          return ask(`${removed}, and what ${operand.raw} is cannot be known`);
        }
        for (const text of new Set([operand.text, operand.emptied])) {
          const why = this.criticalText(text, operand, form);
          if (why !== undefined) return ask(`${removed}: ${why}`);
        }
      }
    }
    return undefined;
  }

  criticalText(text: string, operand: Argument, form: Form): string | undefined {
    const { ground } = this;
    let path = withHome(text, ground.home);
    if (path === '') return undefined;
    if (/^~[^/]/.test(operand.raw)) return 'the home folder of a user';
    if (/\$/.test(path) && path === operand.text && !operand.known) return undefined;
    // `folder/*` is all of the folder
    for (;;) {
      const shorter = path.replace(/\/+$/, '');
      if (!everything(baseName(shorter))) break;
      if (!shorter.includes('/')) {
        path = '.';
        break;
      }
      path = shorter.slice(0, shorter.lastIndexOf('/')) || '/';
    }
    const folders = form.command.folders;
    if (folders === undefined && !path.startsWith('/') && !path.startsWith('~')) {
      return /^(?:\.{0,2}\/?)+$/.test(path) ? 'the working folder is not known there' : undefined;
    }
    const places = { home: ground.home, folders: [ground.cwd, ...ground.roots, ...(folders ?? [])] };
    for (const folder of folders ?? [ground.cwd]) {
      const absolute = absolutePath(path, folder, ground.home);
      for (const one of hasPattern(absolute)
        ? (findFiles(absolute) ?? [ground.home]).concat(dirname(absolute) === '/' ? ['/'] : [])
        : [absolute]) {
        const why = criticalPath(one, places);
        if (why !== undefined) return why;
      }
    }
    return undefined;
  }

  /** Whether every part of the command is allowed. */
  permission(text: string, broken: boolean): CommandFinding {
    const { ground, flattened } = this;
    const { commands } = flattened;
    let worst: Finding | undefined;
    const uncovered: string[] = [];
    const note = (finding: Finding) => {
      worst = worst === undefined ? finding : stricter(worst, finding);
    };
    if (commands.length === 0 && text.trim() !== '') {
      if (!/^(?:\s*#[^\n]*(?:\n|$))*\s*$/.test(text)) note(other('there is no command in it'));
    }
    const whole = ground.mode === 'plan' ? undefined : this.wholeRule();
    for (const problem of flattened.problems) {
      if (whole === undefined || broken) note(other(problem));
    }
    const changesGit = commands.some((command) => this.touchesGitFolder(command));
    for (const command of commands) {
      const files = this.filesFinding(command);
      if (files !== undefined) note(files);
      const finding = this.commandFinding(command, whole, changesGit);
      if (finding !== undefined) {
        note(finding);
        if (finding.source === 'other' || finding.source === 'mode') {
          const rule = ruleText(command);
          if (rule !== undefined) uncovered.push(rule);
        }
      }
    }
    if (worst === undefined) {
      if (whole !== undefined) return allowed('rule', `the rule ${describeRule(whole)} allows it`, whole.text);
      return allowed('other', 'every command in it is allowed');
    }
    return { ...worst, uncovered: [...new Set(uncovered)] };
  }

  wholeRule(): Rule | undefined {
    return this.ground.rules.allow.find(
      (rule) => isSound(rule) && coversTool(rule, this.options.tool) && rule.specifier === undefined,
    );
  }

  touchesGitFolder(command: SimpleCommand): boolean {
    const special = /^(?:HEAD|config|objects|refs|commondir|gitdir|packed-refs|index)$/;
    if (command.files.some((file) => file.access === 'write' && special.test(basename(file.target.text)))) return true;
    const words = unwrap(command.words);
    if (words.length === 0 || typeof fileChanges(words) === 'string') return false;
    return words
      .slice(1)
      .some((word) => special.test(basename(word.text)) || !word.plain || /^(?:mv|cp)$/.test(words[0]!.text));
  }

  /** Redirections: writes and reads like those of the file tools. */
  filesFinding(command: SimpleCommand): Finding | undefined {
    let worst: Finding | undefined;
    for (const { access, target } of command.files) {
      const finding = target.glob
        ? other(`${target.raw} is a pattern, and so the file is not known`)
        : this.wordFinding(target, access, command);
      if (finding.verdict !== 'allow') worst = worst === undefined ? finding : stricter(worst, finding);
    }
    return worst;
  }

  /** Judges the files that a word can name, in every folder where the command may run. */
  wordFinding(word: ShellWord, access: Access, command: SimpleCommand): Finding {
    let worst: Finding = { verdict: 'allow', source: 'other', reason: '' };
    if (word.unknown) return other(`${word.raw} is not known before the command runs`);
    for (const argument of argumentsOf(word, this.variables(command), false)) {
      if (!argument.known) return other(`what file ${word.raw} is cannot be known`);
      if (argument.text === '') return other('a file name is empty');
      if (!word.raw.startsWith('-') && argument.text.startsWith('-') && !word.plain)
        return other(`${word.raw} may be a flag`);
      if (/^~/.test(argument.text) && word.tilde && !/^~(?:\/|$)/.test(argument.text))
        return other(`${word.raw} is another user's folder`);
      // a quoted `~` is a plain character, and tools expand none
      const text = word.tilde ? argument.text : argument.text.startsWith('~') ? `./${argument.text}` : argument.text;
      if (command.folders === undefined && !text.startsWith('/') && !word.tilde)
        return other('the working folder is not known there');
      for (const folder of command.folders ?? [this.ground.cwd]) {
        worst = stricter(worst, this.pathFinding(absolutePath(text, folder, this.ground.home), access));
        if (worst.verdict === 'deny') return worst;
      }
    }
    return worst;
  }

  pathFinding(path: string, access: Access): Finding {
    if (!hasPattern(path)) {
      const place = posix.resolve(path);
      if (this.made.some((made) => isInside(place, made)))
        return other(`${place} is made by the command itself, and may hold links`);
      return judgePath(this.ground, path, access, 'Bash');
    }
    const stem = path.slice(0, path.search(/[\uE000\uE001]/));
    let worst: Finding = judgePath(this.ground, stem.slice(0, stem.lastIndexOf('/')) || '/', 'read', 'Bash');
    if (access === 'write' && worst.verdict === 'allow') {
      worst = stricter(worst, judgePath(this.ground, path.replace(/[\uE000\uE001]/g, 'x'), access, 'Bash'));
    }
    const files = findFiles(path);
    if (files === undefined) return stricter(worst, other(`the pattern finds too many files to look at`));
    for (const file of files) worst = stricter(worst, judgePath(this.ground, file, access, 'Bash'));
    return worst;
  }

  variables(command: SimpleCommand): Map<string, readonly ShellWord[]> {
    const { assigned, loopValues } = this.flattened;
    const values = new Map<string, readonly ShellWord[]>();
    if (!assigned.has('HOME')) values.set('HOME', [literalWord(this.ground.home)]);
    if (!assigned.has('PWD') && command.folders !== undefined) values.set('PWD', command.folders.map(literalWord));
    for (const name of command.loops) {
      const own = loopValues.get(name);
      if (own !== undefined && own.length === assigned.get(name)?.length) values.set(name, own);
    }
    return values;
  }

  /** Why one command may not run unasked, or `undefined`. */
  commandFinding(command: SimpleCommand, whole: Rule | undefined, changesGit: boolean): Finding | undefined {
    const { ground } = this;
    if (whole === undefined) {
      for (const { name, value } of command.assignments) {
        if (command.words.length === 0) return other(`it sets the variable ${name}`);
        const harmless = SAFE_VARIABLES.test(name) && value?.plain && /^[\w.,:@=+-]*$/.test(value.text);
        if (!harmless) return other(`it sets the variable ${name}, which can change what the command does`);
      }
    }
    if (command.words.length === 0) return undefined;
    const words = unwrap(command.words);
    const fed = words !== command.words && command.words.some((word) => word.text === 'xargs');
    const first = words[0]!;
    const changes = first.plain ? fileChanges(words) : '';
    // protected files ask whatever a rule says
    if (typeof changes !== 'string') {
      const danger = this.changesFinding(changes, command, true);
      if (danger !== undefined) return danger;
    } else if (first.plain && writesOperands(baseName(first.text))) {
      const danger = this.operandsFinding(words, command);
      if (danger !== undefined) return danger;
    }
    if (whole !== undefined) return undefined;
    if (!first.plain || first.text === '' || /\s/.test(first.text))
      return other(`the name of the program is not literal: ${first.raw}`);
    const unknown = command.words.find((word) => word.unknown || (word.tilde && !/^~(?:\/|$)/.test(word.raw)));
    if (unknown !== undefined) return other(`${unknown.raw} is not known before the command runs`);
    let reason: string;
    const read = reading(words);
    if (typeof read === 'string') reason = read;
    else {
      const finding = fed ? this.fedFinding(words, read, command) : this.readingFinding(read, command, changesGit);
      if (finding === undefined) return undefined;
      const exact = this.coveringRule(command, words, true);
      return exact === undefined || finding.source === 'safety' ? finding : undefined;
    }
    if (ground.mode === 'plan') return { verdict: 'ask', source: 'mode', reason: `plan mode only reads: ${reason}` };
    if (this.coveringRule(command, words, true) !== undefined) return undefined;
    const rule = this.coveringRule(command, words, false);
    if (rule !== undefined) return this.coveredFinding(words, command, rule, changes);
    if (ground.mode === 'acceptEdits' && typeof changes !== 'string' && !fed)
      return this.changesFinding(changes, command, false);
    return other(reason);
  }

  readingFinding(
    read: Exclude<ReturnType<typeof reading>, string>,
    command: SimpleCommand,
    changesGit: boolean,
  ): Finding | undefined {
    for (const word of read.reads) {
      const finding = this.wordFinding(word, 'read', command);
      if (finding.verdict !== 'allow') return finding;
    }
    for (const word of read.linksBelow) {
      const outside = this.linksOutside(word, command);
      if (outside !== undefined) return other(outside);
    }
    const hiding = this.ruleBelow(read.contentBelow, command);
    if (hiding !== undefined)
      return other(`a file that the rule ${describeRule(hiding)} is about may be among those read`);
    if (read.git) {
      const why = changesGit ? 'the command changes files that git obeys' : this.foreignGit(command);
      if (why !== undefined) return other(why);
    }
    return undefined;
  }

  /** A deny or ask rule about reading that may hold below the folders. */
  ruleBelow(folders: readonly ShellWord[], command: SimpleCommand): Rule | undefined {
    for (const rule of [...this.ground.rules.deny, ...this.ground.rules.ask]) {
      if (rule.tool !== 'Read' || rule.specifier?.kind !== 'path') continue;
      const { pattern } = rule.specifier;
      for (const word of folders) {
        for (const path of this.guessedPaths(word, command)) {
          const walk = walkPath(path.replace(/[\uE000\uE001].*$/s, ''));
          if (walk.stats !== undefined && !walk.stats.isDirectory()) continue;
          if (walk.hops.some((hop) => pattern.mayMatchBelow(hop))) return rule;
        }
      }
    }
    return undefined;
  }

  linksOutside(word: ShellWord, command: SimpleCommand): string | undefined {
    for (const path of this.guessedPaths(word, command)) {
      const found = searchTree(
        path,
        (at, _name, link) => link && judgePath(this.ground, at, 'read', 'Bash').verdict !== 'allow',
      );
      if (found === 'more') return 'there are too many files to see whether links lead out of the working folder';
      if (found !== undefined) return `${found} leads out of the working folder`;
    }
    return undefined;
  }

  /** Why git would obey another repository than that of the session, or `undefined`. */
  foreignGit(command: SimpleCommand): string | undefined {
    const { cwd, root } = this.ground;
    if (command.folders === undefined) return 'git runs in a folder that is not known';
    for (const folder of command.folders) {
      if (folder !== cwd) return `git runs in another folder, ${folder}, and obeys what is configured there`;
    }
    const own = repositoryOf(root);
    const here = repositoryOf(cwd);
    if (here !== own) return `git obeys the repository ${here}, which is not the one of the session`;
    return undefined;
  }

  /** `… | xargs cat`: operands come from the command before. */
  fedFinding(
    words: readonly ShellWord[],
    read: Exclude<ReturnType<typeof reading>, string>,
    command: SimpleCommand,
  ): Finding | undefined {
    const name = programName(words[0]!.text);
    const why = other(`xargs ${name} gets file names that are not known`);
    if (!/^(?:cat|head|wc|grep|egrep|fgrep|ls|basename|dirname|stat|du|echo|nl|cut)$/.test(name)) return why;
    const { source } = command;
    if (name === 'echo' || name === 'basename' || name === 'dirname') return this.readingFinding(read, command, false);
    if (source === undefined || source.words.length === 0 || source.words.some((word) => word.unknown)) return why;
    const from = unwrap(source.words);
    const names = listsNames(from);
    if (!names) return why;
    if (this.ruleBelow([literalWord('.')], command) !== undefined) return why;
    return this.readingFinding(read, command, false);
  }

  /** The rule that allows a command: with `exact` one without `*`. */
  coveringRule(command: SimpleCommand, words: readonly ShellWord[], exact: boolean): Rule | undefined {
    const own = [command.words, words].flatMap((list) => [
      list.map((word) => word.text.replace(/\s/g, '\u0001')).join(' '),
      list.map((word) => word.raw).join(' '),
    ]);
    const first = words[0]!.text;
    // the name of a program in a system folder
    const short = programName(first);
    if (short !== first)
      own.push([short, ...words.slice(1).map((word) => word.text.replace(/\s/g, '\u0001'))].join(' '));
    return this.ground.rules.allow.find((rule) => {
      if (!isSound(rule) || !coversTool(rule, this.options.tool) || rule.specifier?.kind !== 'command') return false;
      const { pattern } = rule.specifier;
      if (pattern.exact !== exact) return false;
      return own.some((text) => pattern.test(text));
    });
  }

  /** What a rule with a wildcard does not cover. */
  coveredFinding(
    words: readonly ShellWord[],
    command: SimpleCommand,
    rule: Rule,
    changes: ReturnType<typeof fileChanges>,
  ): Finding | undefined {
    const first = words[0]!.text;
    const name = baseName(first);
    const ruleText = rule.specifier?.kind === 'command' ? rule.specifier.pattern.text : '';
    if (NEVER_COVERED.has(name)) return other(`${name} runs other programs, which a rule with * does not cover`);
    const action = runsBeyondRule(name, words);
    if (action !== undefined) return other(`${action}, which a rule with * does not cover`);
    if (name === 'git') {
      const beyond = gitBeyondRules(words, ruleText);
      if (beyond !== undefined) return other(`${beyond}, which a rule with * does not cover`);
    }
    if (name === 'sed') {
      const parts = sedParts(words.slice(1), true);
      if (typeof parts === 'string') return other(parts);
    }
    for (const { text, word } of outputFiles(name, words)) {
      const target = word.text === text ? word : literalWord(text);
      const finding = this.outputFinding(target, command);
      if (finding !== undefined) return finding;
    }
    if (name === 'uniq' && words.filter((word) => !word.text.startsWith('-')).length > 2) {
      const finding = this.outputFinding(words.at(-1)!, command);
      if (finding !== undefined) return finding;
    }
    if (typeof changes !== 'string') return this.outsideFinding(changes, command);
    if (READERS.test(name)) {
      const operands = words.slice(1).filter((word) => !word.text.startsWith('-'));
      const files = /^(?:e|f)?grep$|^rg$|^sed$/.test(name) ? operands.slice(1) : operands;
      for (const word of files) {
        const finding = this.wordFinding(word, 'read', command);
        if (finding.verdict !== 'allow') return finding;
      }
    }
    return undefined;
  }

  /** A file that a covered command writes may be any in the working folder that is not protected. */
  outputFinding(word: ShellWord, command: SimpleCommand): Finding | undefined {
    const finding = this.wordFinding(word, 'write', command);
    if (finding.verdict === 'allow') return undefined;
    return finding.verdict === 'ask' && finding.source === 'other' && finding.path !== undefined ? undefined : finding;
  }

  outsideFinding(
    changes: Exclude<ReturnType<typeof fileChanges>, string>,
    command: SimpleCommand,
  ): Finding | undefined {
    for (const word of changes.writes) {
      const finding = this.outputFinding(word, command);
      if (finding !== undefined) return finding;
    }
    for (const word of changes.reads) {
      const finding = this.wordFinding(word, 'read', command);
      if (finding.verdict !== 'allow') return finding;
    }
    return undefined;
  }

  /** Writers such as `tee` and `ln`: their operands may be no protected files. */
  operandsFinding(words: readonly ShellWord[], command: SimpleCommand): Finding | undefined {
    for (const word of words.slice(1)) {
      const text = /^(?:of|if)=/.test(word.text) ? literalWord(word.text.slice(3)) : word;
      if (text.text.startsWith('-') || text.unknown) continue;
      if (!argumentsOf(text, this.variables(command), false).every((argument) => argument.known)) continue;
      const finding = this.wordFinding(text, 'write', command);
      if (finding.verdict === 'deny' || finding.source === 'safety') return finding;
      if (
        finding.source === 'workingDir' &&
        !/^(?:chmod|chown)$/.test(words[0]!.text) &&
        this.wholeRule() === undefined
      )
        return finding;
    }
    return undefined;
  }

  /** Judges what `mkdir touch rm rmdir mv cp sed` do; with `only` nothing but what is protected counts. */
  changesFinding(
    changes: Exclude<ReturnType<typeof fileChanges>, string>,
    command: SimpleCommand,
    only: boolean,
  ): Finding | undefined {
    const serious = (finding: Finding) =>
      finding.verdict === 'deny' || finding.source === 'safety' || finding.source === 'rule';
    for (const [words, access] of [
      [changes.writes, 'write'],
      [changes.reads, 'read'],
    ] as const) {
      for (const word of words) {
        const finding = this.wordFinding(word, access, command);
        if (finding.verdict !== 'allow' && (!only || serious(finding))) return finding;
      }
    }
    const to = changes.writes.at(-1);
    if (to === undefined || changes.arrives.length === 0) return undefined;
    for (const target of this.guessedPaths(to, command)) {
      for (const from of changes.arrives.flatMap((word) => this.guessedPaths(word, command))) {
        for (const one of hasPattern(from) ? (findFiles(from) ?? [from]) : [from]) {
          const finding = this.pathFinding(join(target, basename(one)), 'write');
          if (finding.verdict !== 'allow' && serious(finding)) return finding;
          if (!changes.trees) continue;
          const inner = searchTree(
            one,
            (_at, name, link) => link || protectedName(name, this.ground.folderNames) !== undefined,
          );
          if (inner !== undefined) {
            const what =
              inner === 'more' ? 'more files than can be looked at' : `${inner}, which is protected or a link`;
            return { verdict: 'ask', source: 'safety', reason: `the folder that is moved or copied holds ${what}` };
          }
        }
      }
      if (changes.trees && !only) this.made.push(posix.resolve(target));
    }
    return undefined;
  }
}

/** Commands that only look whether a file is there. */
const EXISTENCE = /^(?:cd|pwd|which|basename|dirname|true|false|tr|seq|expr|test|\[)$/;
/** Commands whose operands are files that they show. */
const READERS =
  /^(?:cat|head|tail|less|more|nl|tac|grep|egrep|fgrep|rg|sed|od|xxd|hexdump|strings|wc|sort|uniq|cut|diff|cmp|comm|file|stat|ls|du|tree|find|md5sum|sha1sum|sha256sum|base64|bat)$/;

function other(reason: string): Finding {
  return { verdict: 'ask', source: 'other', reason };
}

function literal(text: string): Argument {
  return { text, emptied: text, raw: text, known: true, unknown: false, glob: false, splits: false };
}

function withHome(text: string, home: string): string {
  return text.replace(/^\$(?:HOME\b|\{HOME\})/, home);
}

/** A pattern that finds everything in a folder. */
function everything(component: string): boolean {
  return /^\.?[\uE000\uE001*?]*[\uE000*][\uE000\uE001*?]*$/.test(component) || component === '.';
}

function variableName(operand: Argument): string {
  return /\$\{?([A-Za-z_]\w*)/.exec(operand.raw)?.[1] ?? '';
}

function plainWords(form: Form): readonly ShellWord[] {
  return form.words.map((word) => literalWord(word.text));
}

/** The paths that a word of a command may contain: itself, the value of a flag, `@file`, `rev:file`. */
function pathsIn(word: Argument): readonly string[] {
  const { text } = word;
  const found = new Set<string>();
  if (!text.startsWith('-')) found.add(text);
  for (const mark of ['=', '@', ':']) {
    const at = text.indexOf(mark);
    if (at >= 0) found.add(text.slice(at + 1));
  }
  const attached = /^-[A-Za-z](.+)$/s.exec(text)?.[1];
  if (attached !== undefined) found.add(attached);
  found.delete('');
  return [...found].filter((path) => path.length < 4_096 && !path.includes('\0') && !/\s{2}|\n/.test(path));
}

/** True for commands that print names of files below the working folder and nothing else. */
function listsNames(words: readonly ShellWord[]): boolean {
  if (words.length === 0 || !words[0]!.plain) return false;
  const found = reading(words);
  if (typeof found === 'string') return false;
  const name = programName(words[0]!.text);
  const flags = words.slice(1).map((word) => word.text);
  if (name === 'find')
    return (
      flags.some((flag) => flag === '-type') && flags[flags.indexOf('-type') + 1] === 'f' && !flags.includes('-printf')
    );
  if (name === 'git') return flags[0] === 'ls-files';
  if (name === 'rg') return flags.includes('--files') || flags.some((flag) => /^-[a-zA-Z]*l/.test(flag));
  if (/^[ef]?grep$/.test(name))
    return flags.some((flag) => /^-[a-zA-Z]*l/.test(flag)) && flags.some((flag) => /^-[a-zA-Z]*r/.test(flag));
  return false;
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

/** A command as a rule would name it, or `undefined` when none should be stored. */
function ruleText(command: SimpleCommand): string | undefined {
  if (command.nested || command.assignments.length > 0) return undefined;
  const words = unwrap(command.words);
  if (words.length === 0 || words.some((word) => word.unknown)) return undefined;
  if (NEVER_COVERED.has(baseName(words[0]!.text))) return undefined;
  return words.map((word) => word.raw).join(' ');
}
