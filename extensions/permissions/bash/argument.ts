import { ANY_CHARACTER, ANY_TEXT, type Piece, type ShellWord } from './word.ts';

/** One of the values that a shell word can have when the command runs. */
export interface Argument {
  /** The value; patterns are `ANY_TEXT` and `ANY_CHARACTER`, what is not known stands as it is written. */
  readonly text: string;
  /** The value where variables that nothing is known of are empty. */
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

/** What is known of variables: each has one of these words as its value. */
export type Variables = ReadonlyMap<string, readonly ShellWord[]>;

const MOST = 16;

/**
 * The values a word can have, at most 16. With `guess`, braces and variables that the command itself sets are
 * followed as well as can be done without running it; that serves deny rules, never permission.
 */
export function argumentsOf(word: ShellWord, variables: Variables, guess: boolean): readonly Argument[] {
  if (word.plain || (word.tilde && word.pieces.every((piece) => piece.kind === 'text'))) return [literal(word)];
  let partial: Partial[] = [{ text: '', emptied: '', known: true, unknown: word.unknown, glob: false, splits: false }];
  for (const piece of word.pieces) {
    const options = optionsOf(piece, variables, guess);
    partial = partial.flatMap((before) => options.map((option) => join(before, option))).slice(0, MOST);
  }
  return partial.map((value) => ({ ...value, raw: word.raw }));
}

type Partial = Omit<Argument, 'raw'>;

function literal(word: ShellWord): Argument {
  const { raw } = word;
  // a quote in the tilde's own part makes it a plain character
  const unknown = word.unknown || (word.tilde && !/^~(?:\/|$)/.test(raw));
  return {
    text: word.text,
    emptied: word.text,
    raw,
    known: !unknown,
    unknown,
    glob: false,
    splits: false,
  };
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

function optionsOf(piece: Piece, variables: Variables, guess: boolean): readonly Partial[] {
  switch (piece.kind) {
    case 'text':
      return [known(piece.text)];
    case 'glob':
      return [known(piece.text === '*' ? ANY_TEXT : ANY_CHARACTER, true)];
    case 'variable': {
      const words = variables.get(piece.name);
      if (words === undefined) return [notKnown(piece.text, '', !piece.quoted)];
      return words.flatMap((word) => argumentsOf(word, new Map(), guess)).slice(0, MOST);
    }
    case 'brace': {
      const choices = guess ? braceChoices(piece.text) : undefined;
      if (choices !== undefined) return choices.map((choice) => known(choice));
      return [{ ...notKnown(piece.text, piece.text, false), unknown: true }];
    }
    default:
      return [{ ...notKnown(piece.text, piece.text, false), unknown: true }];
  }
}

function notKnown(text: string, emptied: string, splits: boolean): Partial {
  return { text, emptied, known: false, unknown: false, glob: false, splits };
}

/** The choices of `{a,b}` when they are plain text; nested braces are taken apart. */
export function braceChoices(text: string): readonly string[] | undefined {
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
