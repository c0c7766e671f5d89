import { accessSync, constants, statSync } from 'node:fs';
import { componentPattern, hasPattern } from '../file-tree.ts';
import { type Finding, type Ground, stricter } from '../ground.ts';
import { coversTool, describeRule, fitsField, isSound, type Rule, ruleFinding } from '../rule.ts';
import { CommandCase, type CommandOptions, question } from './case.ts';
import { criticalRemoval } from './critical-removal.ts';
import { baseName, type Form, formsOf, isBroken, segmentsOf, textsOf } from './disguises.ts';
import { judgeRedirections } from './file-judgement.ts';
import { type FlattenOptions, flatten } from './flatten.ts';
import { judgeSimple, storableCommand } from './permission.ts';
import { reading } from './read-only.ts';
import { writesRepository } from './repository.ts';
import type { Flattened } from './simple-command.ts';
import { refusedText } from './text-filter.ts';
import { touchedFiles } from './touched-files.ts';
import { unwrap } from './wrappers.ts';

export interface CommandFinding extends Finding {
  /** Commands that nothing allows, as they would stand in a rule. */
  readonly uncovered: readonly string[];
}

/** Judges a command line for bash. The procedure: text filter, parse, deny, ask, critical removals, mode, allow. */
export function judgeCommand(ground: Ground, command: string, options: CommandOptions): CommandFinding {
  const refused = refusedText(command);
  if (refused !== undefined) return judgeText(ground, command, refused, options);
  const first = judgeParsed(ground, command, options);
  if (!command.includes('\\\n')) return first;
  // bash joins lines in most places, but neither in single quotes nor in comments: both readings have to be fine
  const second = judgeParsed(ground, command.replaceAll('\\\n', ''), options);
  return { ...stricter(first, second), uncovered: [...new Set([...first.uncovered, ...second.uncovered])] };
}

/**
 * Judges text that the parser and the shell may read differently: it is never allowed by what it says, but what deny
 * and ask rules find in any reading of it counts.
 */
function judgeText(ground: Ground, command: string, why: string, options: CommandOptions): CommandFinding {
  let strict = segmentRule(ground, command, options);
  const short = command.slice(0, 100_000);
  for (const text of new Set([short, short.replace(INVISIBLE, ''), short.replace(INVISIBLE, ' ')])) {
    const { at, forms } = caseOf(ground, text, options);
    const named = namedByRule(at, forms) ?? criticalRemoval(at, forms);
    if (named !== undefined) strict = strict === undefined ? named : stricter(strict, named);
  }
  if (strict !== undefined) return { ...strict, uncovered: [] };
  // what it removes cannot be seen
  if (/(?:^|[^A-Za-z0-9])(?:rm|rmdir)(?![A-Za-z0-9])/.test(command)) {
    return { verdict: 'ask', source: 'safety', reason: why, uncovered: [] };
  }
  if (ground.mode === 'bypassPermissions') return allowed('mode', 'the mode bypassPermissions allows it');
  return { ...question(why), uncovered: [] };
}

/** All that is neither a letter nor a sign that one sees. */
const INVISIBLE = /[^\P{C}\n\t]|[^\P{Z} ]|\p{Default_Ignorable_Code_Point}/gu;

function allowed(source: Finding['source'], reason: string, rule?: string): CommandFinding {
  return { verdict: 'allow', source, reason, uncovered: [], ...(rule === undefined ? {} : { rule }) };
}

function caseOf(ground: Ground, text: string, options: CommandOptions) {
  const flattenOptions: FlattenOptions = { ...options.parser, folders: [ground.cwd], home: ground.home };
  const flattened = flattenFor(text, flattenOptions);
  return { at: new CommandCase(ground, options, flattened), ...formsOf(flattened, flattenOptions) };
}

function judgeParsed(ground: Ground, text: string, options: CommandOptions): CommandFinding {
  const { at, forms, broken } = caseOf(ground, text, options);
  const unclear = isBroken(at.flattened) ? [text, ...broken] : broken;
  const found = [namedByRule(at, forms), ...unclear.map((one) => segmentRule(ground, one, options))];
  const strict = found.filter((one) => one !== undefined);
  if (strict.length > 0) return { ...strict.reduce(stricter), uncovered: [] };
  const critical = criticalRemoval(at, forms);
  if (critical !== undefined) return { ...critical, uncovered: [] };
  if (ground.mode === 'bypassPermissions') return allowed('mode', 'the mode bypassPermissions allows it');
  return permission(at, text);
}

/**
 * In a command that only reads, `cd` into a folder that is there does not fail. Where anything is changed or run, the
 * folder may be gone by then.
 */
function flattenFor(text: string, options: FlattenOptions): Flattened {
  const strict = flatten(text, options);
  if (!strict.commands.some((command) => /^(?:cd|command|builtin)$/.test(command.words[0]?.text ?? ''))) return strict;
  const harmless = strict.commands.every(({ words }) => {
    const inner = unwrap(words);
    return inner.length > 0 && inner[0]!.plain && typeof reading(inner) !== 'string';
  });
  return harmless ? flatten(text, { ...options, isThere: isFolder }) : strict;
}

function isFolder(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false; // not there, or not for us: cd fails
  }
}

/** What deny and ask rules say of anything the command may run or touch. */
function namedByRule(at: CommandCase, forms: readonly Form[]): Finding | undefined {
  const { tool, input } = at.options;
  for (const verdict of ['deny', 'ask'] as const) {
    for (const rule of at.ground.rules[verdict]) {
      if (!coversTool(rule, tool)) continue;
      const { specifier } = rule;
      if (specifier === undefined) return ruleFinding(verdict, rule);
      if ('field' in specifier && fitsField(specifier.field, input)) return ruleFinding(verdict, rule);
      if (specifier.kind !== 'command') continue;
      if (forms.some((form) => fitsForm(specifier.pattern, form))) return ruleFinding(verdict, rule);
    }
    const touched = touchedFiles(at, verdict, forms);
    if (touched !== undefined) return touched;
  }
  return undefined;
}

function fitsForm(pattern: { readonly head: string | undefined; test(command: string): boolean }, form: Form): boolean {
  if (textsOf(form).some((text) => pattern.test(text))) return true;
  const first = baseName(form.words[0]!.text);
  const { head } = pattern;
  if (head === undefined) return false;
  // `/usr/bin/cur?` may be the program that the rule names, with or without a path
  const named = hasPattern(first) ? componentPattern(first).test(baseName(head)) : first === baseName(head);
  return named && pattern.test([head, ...form.words.slice(1).map((word) => word.text)].join(' '));
}

/** A deny or ask rule that names a piece of text that was not parsed. */
function segmentRule(ground: Ground, text: string, options: CommandOptions): Finding | undefined {
  let segments: readonly string[] | undefined;
  for (const verdict of ['deny', 'ask'] as const) {
    for (const rule of ground.rules[verdict]) {
      if (!coversTool(rule, options.tool)) continue;
      const { specifier } = rule;
      if (specifier === undefined) return ruleFinding(verdict, rule);
      if (specifier.kind !== 'command') continue;
      segments ??= segmentsOf(text);
      if (segments.some((segment) => specifier.pattern.test(segment))) return ruleFinding(verdict, rule);
    }
  }
  return undefined;
}

/** A loop, or a command in the background. */
const MAY_RETURN = /\b(?:for|while|until)\b|(?<![&>])&(?![&>])/;

/** Whether every part of the command is allowed. */
function permission(at: CommandCase, text: string): CommandFinding {
  const { ground, flattened } = at;
  const { commands, problems } = flattened;
  const whole = ground.mode === 'plan' ? undefined : wholeRule(at);
  const findings: Finding[] = [];
  const uncovered = new Set<string>();
  const broken = problems.some((problem) => /not understood|not known/.test(problem));
  if (whole === undefined || broken) findings.push(...problems.map(question));
  if (commands.length === 0 && !/^(?:\s*#[^\n]*(?:\n|$))*\s*$/.test(text))
    findings.push(question('there is no command in it'));
  const changesGit = commands.some(writesRepository);
  let lastMaker = 0;
  const judgeFirst = (count: number) => {
    for (const [index, command] of commands.slice(0, count).entries()) {
      const made = at.made.length;
      findings.push(...judgeRedirections(at, command));
      const finding = judgeSimple(at, command, whole, changesGit);
      if (at.made.length > made) lastMaker = index;
      if (finding === undefined) continue;
      findings.push(finding);
      const storable = finding.source === 'other' || finding.source === 'mode' ? storableCommand(command) : undefined;
      if (storable !== undefined) uncovered.add(storable);
    }
  };
  judgeFirst(commands.length);
  // what a later command makes may be there already when an earlier one runs once more, or beside it
  if (at.made.length > 0 && MAY_RETURN.test(text)) judgeFirst(lastMaker);
  const [first, ...rest] = findings;
  if (first !== undefined) return { ...rest.reduce(stricter, first), uncovered: [...uncovered] };
  if (whole !== undefined) return allowed('rule', `the rule ${describeRule(whole)} allows it`, whole.text);
  return allowed('other', 'every command in it is allowed');
}

/** An allow rule for all commands. */
function wholeRule(at: CommandCase): Rule | undefined {
  return at.ground.rules.allow.find(
    (rule) => isSound(rule) && rule.specifier === undefined && coversTool(rule, at.options.tool),
  );
}
