import { type Argument, argumentsOf, type Scope } from './argument.ts';
import type { FlattenOptions } from './flatten.ts';
import { flatten } from './flatten.ts';
import type { Flattened, SimpleCommand } from './simple-command.ts';
import { ANY_CHARACTER, ANY_TEXT, literalWord } from './word.ts';
import { EXEC_WRAPPERS, SHELLS, TEXT_RUNNERS } from './wrappers.ts';

/** A program with its arguments that a command may end up running. */
export interface Form {
  readonly words: readonly Argument[];
  readonly command: SimpleCommand;
  /** Arguments that come from the output of a command before it. */
  readonly piped: readonly string[];
  /** Runs through a wrapper or a shell, not as it is written. */
  readonly hidden: boolean;
}

/** Programs whose options may stand before the word that a rule names. */
const WITH_SUBCOMMANDS = new Set(
  'npm pnpm yarn bun npx docker podman kubectl helm cargo gh glab terraform aws gcloud az systemctl service apt apt-get brew pip pip3 make go'.split(
    ' ',
  ),
);

/** Levels of shell text inside of shell text. */
const DEEPEST = 4;
const MOST = 400;

export interface Disguises {
  readonly forms: readonly Form[];
  /** Shell texts in it that were not understood in full. */
  readonly broken: readonly string[];
}

/** True when a parser did not see all that a text may run. */
export function isBroken(flattened: Flattened): boolean {
  return (
    flattened.problems.some((problem) => /not understood|not known|not clear/.test(problem)) ||
    flattened.commands.some((command) => command.words[0]?.plain === false)
  );
}

/**
 * Everything that deny and ask rules have to be tried on: each command as it is written, behind its wrappers, inside
 * of shell texts, and with variables and braces filled in as far as the command itself says what they are.
 */
export function formsOf(flattened: Flattened, options: FlattenOptions): Disguises {
  const forms: Form[] = [];
  const broken: string[] = [];
  collect(flattened, false, 0);
  return { forms, broken };

  function collect(from: Flattened, hidden: boolean, level: number): void {
    for (const command of from.commands) {
      for (const words of variants(command, from, options.home)) reveal(words, command, hidden, level, new Set());
    }
  }

  function reveal(
    words: readonly Argument[],
    command: SimpleCommand,
    hidden: boolean,
    level: number,
    seen: Set<number>,
  ): void {
    if (words.length === 0 || seen.has(words.length) || forms.length >= MOST) return;
    // the end of the same list of words, so its length names it
    seen.add(words.length);
    const piped = command.source === undefined ? [] : printed(command.source);
    forms.push({ words, command, piped, hidden });
    const name = baseName(words[0]!.emptied);
    for (const start of innerStarts(name, words)) reveal(words.slice(start), command, true, level, seen);
    const split = resplit(words);
    if (split !== undefined) reveal(split, command, true, level, new Set());
    if (TEXT_RUNNERS.has(name)) {
      for (const text of shellTexts(name, words)) follow(text, command, level);
      if (name === 'eval') {
        const joined = words.slice(1).map((word) => word.text);
        follow(joined.join(' '), command, level);
      }
    }
    if (SHELLS.has(name)) {
      for (const text of [...command.texts.map((word) => word.text), ...piped]) follow(text, command, level);
    }
  }

  function follow(text: string, command: SimpleCommand, level: number): void {
    if (text.trim() === '' || level >= DEEPEST) return;
    const inner = flatten(text, { ...options, folders: command.folders });
    if (isBroken(inner)) broken.push(text);
    collect(inner, true, level + 1);
  }
}

/** The last part of a path, which is what rules name. */
export function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

function variants(command: SimpleCommand, flattened: Flattened, home: string): readonly (readonly Argument[])[] {
  const scope = guessScope(command, flattened, home);
  let all: (readonly Argument[])[] = [[]];
  for (const word of command.words) {
    const values = argumentsOf(word, scope);
    const braces = word.pieces.some((piece) => piece.kind === 'brace');
    // a brace becomes several words, a variable one of several values
    if (braces) all = all.map((before) => [...before, ...values]);
    else if (values.length === 1) all = all.map((before) => [...before, values[0]!]);
    else all = all.flatMap((before) => values.map((value) => [...before, value])).slice(0, 16);
  }
  return all;
}

/** What words can be taken for when a denial depends on it. */
export function guessScope(command: SimpleCommand, flattened: Flattened, home: string): Scope {
  const variables = new Map(flattened.assigned);
  if (!variables.has('HOME')) variables.set('HOME', [literalWord(home)]);
  if (!variables.has('PWD') && command.folders !== undefined) variables.set('PWD', command.folders.map(literalWord));
  return { variables, home, guess: true };
}

/** Positions of words that may be the program a wrapper runs. */
function innerStarts(name: string, words: readonly Argument[]): readonly number[] {
  if (name === 'find' || name === 'fd' || name === 'fdfind') {
    return words.flatMap((word, index) =>
      /^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(word.text) ? [index + 1] : [],
    );
  }
  const operands = EXEC_WRAPPERS.get(name);
  if (operands === undefined) return [];
  const starts: number[] = [];
  let own = operands;
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!.text;
    if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) continue;
    starts.push(at);
    // it may turn out to be nothing at all
    if (!words[at]!.known) continue;
    const mayBeValue = words[at - 1]!.text.startsWith('-') && at > 1;
    if (mayBeValue) continue;
    if (own-- <= 0) break;
  }
  return starts;
}

/** Arguments that may be shell text. */
function shellTexts(name: string, words: readonly Argument[]): readonly string[] {
  const texts: string[] = [];
  for (const word of words.slice(1)) {
    const text = name === 'alias' ? word.text.slice(word.text.indexOf('=') + 1) : word.text;
    if (/^--?(?:command|split-string)=/.test(text)) texts.push(text.slice(text.indexOf('=') + 1));
    else if (/^-S./.test(text)) texts.push(text.slice(2));
    else if (
      !text.startsWith('-') &&
      (/[\s;&|<>()`$'"\\]/.test(text) || SHELLS.has(name) || name === 'trap' || name === 'alias')
    ) {
      texts.push(text);
    }
  }
  return texts;
}

/** What a command prints, when it is `echo` or `printf` of literal text. */
function printed(command: SimpleCommand): readonly string[] {
  const { words } = command;
  const at = words.findIndex((word) => /^(?:echo|printf)$/.test(baseName(word.text)));
  if (at < 0) return words.some((word) => baseName(word.text) === 'cat') ? command.texts.map((word) => word.text) : [];
  const rest = words.slice(at + 1).filter((word) => !/^-[neE]+$/.test(word.text));
  const texts = rest.map((word) => word.text.replaceAll('\\n', '\n'));
  return texts.length > 1 ? [...texts, texts.join(' ')] : texts;
}

/** The words that result when a program's name is an unquoted variable with blanks in its value. */
function resplit(words: readonly Argument[]): readonly Argument[] | undefined {
  const first = words[0]!;
  if (!/\s/.test(first.text) || !/[$]/.test(first.raw)) return undefined;
  const pieces = first.text.trim().split(/\s+/);
  return [...pieces.map((text) => ({ ...first, text, emptied: text })), ...words.slice(1)];
}

/** The texts of a form that a rule is tried on. */
export function textsOf(form: Form): readonly string[] {
  const texts = new Set<string>();
  const join = (words: readonly string[]) => texts.add(words.join(' ').trim());
  const words = form.words.map((word) => word.text.replaceAll(ANY_TEXT, '*').replaceAll(ANY_CHARACTER, '?'));
  const named = [baseName(words[0]!), ...words.slice(1)];
  join(words);
  const emptied = form.words.map((word) => word.emptied);
  join(emptied);
  join([baseName(emptied[0]!), ...emptied.slice(1)]);
  join(form.words.map((word) => word.raw));
  join(named);
  if (named[0] === 'git') join(['git', ...withoutGitOptions(named.slice(1))]);
  if (WITH_SUBCOMMANDS.has(named[0]!)) {
    for (let at = 1; at < named.length; at++) {
      if (named[at]!.startsWith('-')) continue;
      join([named[0]!, ...named.slice(at)]);
      // after a flag it may be the value of the flag
      if (at === 1 || !named[at - 1]!.startsWith('-')) break;
    }
  }
  const simple = named.map((word) => word.replace(/['"\\]/g, ''));
  join(simple);
  return [...texts];
}

function withoutGitOptions(words: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-')) {
    at += /^(?:-[cC]|--(?:git-dir|work-tree|namespace|exec-path|config-env|super-prefix|attr-source))$/.test(words[at]!)
      ? 2
      : 1;
  }
  return words.slice(at);
}

/**
 * The pieces of a text that could not be parsed, so that a deny rule also holds there: split at everything that may
 * separate commands, and from every word on.
 */
export function segmentsOf(text: string): readonly string[] {
  const found = new Set<string>();
  const joined = text.replace(/\\\r?\n/g, '').slice(0, 50_000);
  for (const clean of [joined, joined.replace(/['"\\]/g, ''), joined.replace(/['"\\]/g, ' ')]) {
    for (const piece of clean.split(/[;&|\n\r(){}`<>]+|\$\(/)) {
      const words = piece
        .split(/[\s\u0000-\u0020\u00A0\u1680\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\uFEFF]+/)
        .filter((word) => word !== '');
      for (let at = 0; at < words.length && found.size < 20_000; at++) {
        const rest = words.slice(at, at + 40);
        found.add(rest.join(' '));
        found.add([baseName(rest[0]!), ...rest.slice(1)].join(' '));
      }
    }
  }
  return [...found];
}
