import { ANY_CHARACTER, ANY_TEXT, type Piece, type ShellWord } from './word.ts';

/** One of the values that a shell word can have when the command runs. */
export interface Argument {
  /** The value; patterns are `ANY_TEXT` and `ANY_CHARACTER`, what is not known stands as it is written. */
  readonly text: string;
  /** The value where all that nothing is known of is empty. */
  readonly emptied: string;
  readonly raw: string;
  /** Nothing in it depends on what happens when the command runs, but files that a pattern finds. */
  readonly known: boolean;
  /** Has an expansion that is neither literal nor a plain variable. */
  readonly unknown: boolean;
  readonly glob: boolean;
  /** An unquoted variable, which may become several words or none. */
  readonly splits: boolean;
}

/** What is known where a word stands. */
export interface Scope {
  /** Each variable has one of these words as its value. */
  readonly variables: ReadonlyMap<string, readonly ShellWord[]>;
  readonly home: string;
  /**
   * Braces and variables that the command itself sets are followed as well as can be done without running it. That
   * serves deny rules, never permission.
   */
  readonly guess: boolean;
}

const MOST = 16;
const NONE: Scope['variables'] = new Map();

/** The values a word can have, at most 16. */
export function argumentsOf(word: ShellWord, scope: Scope): readonly Argument[] {
  const { raw } = word;
  if (word.plain) return [{ ...known(word.text), raw, unknown: word.unknown, known: !word.unknown }];
  let partial: Partial[] = [{ ...known(''), unknown: word.unknown, known: !word.unknown }];
  word.pieces.forEach((piece, index) => {
    const options = index === 0 && word.tilde ? [tilde(piece, raw, scope.home)] : optionsOf(piece, scope);
    partial = partial.flatMap((before) => options.map((option) => join(before, option))).slice(0, MOST);
  });
  return partial.map((value) => ({ ...value, raw }));
}

type Partial = Omit<Argument, 'raw'>;

/** `~` and `~/…` are the home folder; every other word with a tilde in front is not known. */
function tilde(piece: Piece, raw: string, home: string): Partial {
  if (piece.kind === 'text' && /^~(?:\/|$)/.test(raw)) return known(home + piece.text.slice(1));
  return { ...notKnown(piece.text, piece.text, false), unknown: true };
}

function join(before: Partial, after: Partial): Partial {
  return {
    text: before.text + after.text,
    emptied: before.emptied + after.emptied,
    known: before.known && after.known,
    unknown: before.unknown || after.unknown,
    glob: before.glob || after.glob,
    splits: before.splits || after.splits,
  };
}

function known(text: string, glob = false): Partial {
  return { text, emptied: text, known: true, unknown: false, glob, splits: false };
}

function optionsOf(piece: Piece, scope: Scope): readonly Partial[] {
  switch (piece.kind) {
    case 'text':
      return [known(piece.text)];
    case 'glob':
      return [known(piece.text === '*' ? ANY_TEXT : ANY_CHARACTER, true)];
    case 'variable': {
      const words = scope.variables.get(piece.name);
      if (words === undefined) return [notKnown(piece.text, '', !piece.quoted)];
      const values = words.flatMap((word) => argumentsOf(word, { ...scope, variables: NONE }));
      return (piece.quoted ? values : values.flatMap((value) => unquoted(value, scope.guess))).slice(0, MOST);
    }
    case 'brace': {
      const choices = scope.guess ? braceChoices(piece.text) : undefined;
      if (choices !== undefined) return choices.map((choice) => known(choice));
      return [{ ...notKnown(piece.text, piece.text, false), unknown: true }];
    }
    default:
      return [{ ...notKnown(piece.text, '', false), unknown: true }];
  }
}

/** The value of a variable without quotes around it: the shell makes words of it, and names of files. */
function unquoted(value: Argument, guess: boolean): readonly Partial[] {
  const { text } = value;
  if (!/[^\w./@%+,=:~\uE000\uE001-]/.test(text)) return [value.glob ? { ...value, splits: true } : value];
  if (!guess) return [{ ...notKnown(text, '', true), unknown: true }];
  const found = text
    .replace(/\*|\[[^\]]*\]/g, ANY_TEXT)
    .replace(/\?/g, ANY_CHARACTER)
    .split(/[\s,:;|]+/);
  const words = found.filter((one) => one !== '').map((one) => ({ ...notKnown(one, one, true), unknown: true }));
  return [{ ...notKnown(text, value.emptied, true), unknown: true }, ...words];
}

function notKnown(text: string, emptied: string, splits: boolean): Partial {
  return { text, emptied, known: false, unknown: false, glob: false, splits };
}

/** The choices of `{a,b}` when they are plain text; nested braces are taken apart. */
function braceChoices(text: string): readonly string[] | undefined {
  if (!text.startsWith('{') || !text.endsWith('}') || /[`$()]/.test(text)) return undefined;
  const choices: string[] = [''];
  let depth = 0;
  for (const character of text.slice(1, -1).replace(/['"\\]/g, '')) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === ',' && depth === 0) choices.push('');
    else choices[choices.length - 1] += character;
  }
  if (choices.length < 2) return undefined;
  return choices.flatMap((choice) => expandBraces(choice)).slice(0, MOST);
}

function expandBraces(text: string): readonly string[] {
  const open = text.indexOf('{');
  if (open < 0) return [text];
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}') depth--;
    if (depth > 0) continue;
    const choices = braceChoices(text.slice(open, at + 1)) ?? [text.slice(open, at + 1)];
    const ends = expandBraces(text.slice(at + 1));
    return choices.flatMap((choice) => ends.map((end) => text.slice(0, open) + choice + end)).slice(0, MOST);
  }
  return [text];
}
