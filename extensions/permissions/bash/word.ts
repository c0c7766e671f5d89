import type { CommandExpansionPart, DoubleQuotedChild, SyntaxNode, Word, WordPart } from 'unbash';

/** Stand for unquoted pattern characters in expanded text, where a quoted `*` is only a `*`. */
export const ANY_TEXT = '\uE000';
export const ANY_CHARACTER = '\uE001';

/** A part of a shell word. */
export type Piece =
  | { readonly kind: 'text' | 'glob' | 'brace' | 'unknown'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly text: string; readonly name: string; readonly quoted: boolean };

/** A shell word as far as it is known before it runs. */
export interface ShellWord {
  /** As it stands in the command. */
  readonly raw: string;
  /** Without quotes; expansions stay as they are written. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Only literal text. */
  readonly plain: boolean;
  readonly glob: boolean;
  /** Has an expansion other than `$NAME` and `${NAME}`, so that nothing is known of it. */
  readonly unknown: boolean;
  /** Starts with a tilde that the shell expands. */
  readonly tilde: boolean;
}

/** How words are read at a place of a command. */
export interface WordReader {
  /** What a word says; commands in it are followed. */
  inspect(word: Word): ShellWord;
  /** Follows the commands inside of a node. */
  scan(node: SyntaxNode): void;
  /** Says that something is not followed. */
  problem(what: string): void;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Escapes of `$'…'` whose meaning every shell agrees on. */
const SIMPLE_ESCAPES = /^(?:[^\\]|\\[ntr\\'"])*$/;

export function shellWord(word: Word): ShellWord {
  const pieces: Piece[] = [];
  if (word.parts === undefined) bare(word.text, word.value, pieces);
  else for (const part of word.parts) add(part, false, pieces);
  if (/^=[A-Za-z0-9_./\\$"'~-]/.test(word.text)) pieces.push({ kind: 'unknown', text: '', quoted: false });
  pieces.forEach((piece, index) => {
    const next = pieces[index + 1];
    if (piece.kind === 'variable' && !piece.quoted && next?.kind === 'glob' && next.text.startsWith('[')) {
      pieces.push({ kind: 'unknown', text: '', quoted: false });
    }
  });
  return fromPieces(word.text, word.value, pieces);
}

function fromPieces(raw: string, text: string, pieces: readonly Piece[]): ShellWord {
  const tilde = raw.startsWith('~');
  return {
    raw,
    text,
    pieces,
    tilde,
    plain: !tilde && pieces.every((piece) => piece.kind === 'text'),
    glob: pieces.some((piece) => piece.kind === 'glob'),
    unknown: pieces.some((piece) => piece.kind === 'unknown' || piece.kind === 'brace'),
  };
}

/** A word of literal text, for what is not written in a command. */
export function literalWord(text: string): ShellWord {
  return fromPieces(text, text, [{ kind: 'text', text, quoted: true }]);
}

function bare(raw: string, text: string, pieces: Piece[]): void {
  const active = raw.replace(/\\./gs, '');
  // zsh gives a meaning to `$=x`, `$~x`, `$^x` and `$+x`, and other parsers might see a pattern or a brace here
  const odd = /[$`*?](?=.)|[*?]$|\{[^}]*(?:,|\.\.)[^}]*\}/s.test(active);
  pieces.push({ kind: odd ? 'unknown' : 'text', text, quoted: false });
}

function add(part: WordPart | DoubleQuotedChild, quoted: boolean, pieces: Piece[]): void {
  switch (part.type) {
    case 'Literal':
      if (quoted) pieces.push({ kind: 'text', text: part.value, quoted });
      else bare(part.text, part.value, pieces);
      return;
    case 'SingleQuoted':
      pieces.push({ kind: 'text', text: part.value, quoted: true });
      return;
    case 'AnsiCQuoted': {
      const known = SIMPLE_ESCAPES.test(part.text.slice(2, -1));
      pieces.push({ kind: 'text', text: part.value, quoted: true });
      if (!known) pieces.push({ kind: 'unknown', text: '', quoted: true });
      return;
    }
    case 'DoubleQuoted':
      if (part.parts.length === 0) pieces.push({ kind: 'text', text: '', quoted: true });
      for (const child of part.parts) add(child, true, pieces);
      return;
    case 'SimpleExpansion':
      variable(part.text.slice(1), part.text, quoted, pieces);
      return;
    case 'ParameterExpansion': {
      const plain = part.prefix === undefined && part.index === undefined && part.operation === undefined;
      if (plain && part.text === `\${${part.parameter}}`) variable(part.parameter, part.text, quoted, pieces);
      else pieces.push({ kind: 'unknown', text: part.text, quoted });
      return;
    }
    case 'Glob':
      pieces.push({ kind: 'glob', text: part.text, quoted: false });
      return;
    case 'BraceExpansion':
      pieces.push({ kind: 'brace', text: part.text, quoted: false });
      return;
    case 'CommandExpansion': {
      const body = quoted ? inertText(part) : undefined;
      pieces.push({ kind: body === undefined ? 'unknown' : 'text', text: body ?? part.text, quoted });
      return;
    }
    default:
      pieces.push({ kind: 'unknown', text: part.text, quoted });
  }
}

function variable(name: string, text: string, quoted: boolean, pieces: Piece[]): void {
  if (NAME.test(name) && name !== '_') pieces.push({ kind: 'variable', name, text, quoted });
  // numbers, whatever they are
  else if (name === '?' || name === '#' || name === '$') pieces.push({ kind: 'variable', name, text, quoted });
  else pieces.push({ kind: 'unknown', text, quoted });
}

/** The text of `$(cat <<'END' … END)`, which runs nothing but `cat` of literal text. */
export function inertText(part: CommandExpansionPart): string | undefined {
  const { script } = part;
  if (script === undefined || script.errors?.length || script.commands.length !== 1) return undefined;
  const { command, background } = script.commands[0]!;
  if (background || command.type !== 'Command' || command.name?.text !== 'cat') return undefined;
  if (command.prefix.length > 0 || command.suffix.length !== 1) return undefined;
  const document = command.suffix[0]!;
  if (document.type !== 'HereDoc' || document.closing === undefined) return undefined;
  if (!document.delimiter?.quoted || !/^(['"])[A-Za-z0-9_.-]+\1$/.test(document.delimiter.text)) return undefined;
  return document.body.text;
}
