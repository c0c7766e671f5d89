import type { ShellWord } from './word.ts';

/** What the value of a flag or an operand is: free text, a number, or a file that is read. */
export type ValueKind = 'text' | 'read';

export interface FlagTable {
  /** Letters of short flags without a value. */
  readonly short: string;
  /** Short flags with a value: `n` for text, `f<` for a file that is read. */
  readonly valued?: string;
  /** Short flags that take the rest of their word for a value, and never the next word. */
  readonly attached?: string;
  /** Long flags: `name`, `name=` with a value, `name<` with a file that is read; a `name` may also be given `=value`. */
  readonly long?: string;
  /** `-5` is a flag. */
  readonly digits?: boolean;
}

export interface DecodedFlags {
  readonly flags: ReadonlySet<string>;
  readonly values: readonly {
    readonly flag: string;
    readonly kind: ValueKind;
    readonly word: ShellWord;
    readonly text: string;
  }[];
  readonly operands: readonly ShellWord[];
}

interface Lookup {
  readonly short: ReadonlySet<string>;
  readonly valued: ReadonlyMap<string, ValueKind>;
  readonly long: ReadonlyMap<string, 'none' | ValueKind>;
}

const lookups = new WeakMap<FlagTable, Lookup>();

function lookupOf(table: FlagTable): Lookup {
  const known = lookups.get(table);
  if (known !== undefined) return known;
  const long = new Map<string, 'none' | ValueKind>();
  for (const entry of (table.long ?? '').split(/\s+/).filter(Boolean)) {
    if (entry.endsWith('=')) long.set(entry.slice(0, -1), 'text');
    else if (entry.endsWith('<')) long.set(entry.slice(0, -1), 'read');
    else long.set(entry, 'none');
  }
  const valued = new Map<string, ValueKind>();
  for (const [, letter, mark] of (table.valued ?? '').matchAll(/(\S)(<?)/g))
    valued.set(letter!, mark === '<' ? 'read' : 'text');
  const made = { short: new Set(table.short), valued, long };
  lookups.set(table, made);
  return made;
}

/**
 * Decodes the flags of a command against the list of those that are harmless. Abbreviated, unknown and not literal
 * flags are refused: the answer is then a string that says why.
 */
export function decodeFlags(words: readonly ShellWord[], table: FlagTable): DecodedFlags | string {
  const { short, valued, long } = lookupOf(table);
  const flags = new Set<string>();
  const values: { flag: string; kind: ValueKind; word: ShellWord; text: string }[] = [];
  const operands: ShellWord[] = [];
  let ended = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const { text } = word;
    if (ended || text === '-' || !mayBeFlag(word)) {
      operands.push(word);
      continue;
    }
    if (!word.plain) {
      if (!text.startsWith('-')) {
        operands.push(word);
        continue;
      }
      const name = /^--([a-z-]+)=/.exec(text)?.[1];
      // `--include=*.ts`: whatever files the pattern finds, the flag stays the same
      const fixed = word.pieces[0]?.kind === 'text' && word.pieces[0].text.includes('=');
      if (
        name === undefined ||
        long.get(name) !== 'text' ||
        !fixed ||
        word.pieces.some((piece) => piece.kind === 'variable')
      ) {
        return `${word.raw} is a flag that is not literal`;
      }
      flags.add(name);
      continue;
    }
    if (text === '--') {
      ended = true;
      continue;
    }
    if (text.startsWith('--')) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text.slice(2) : text.slice(2, equals);
      const kind = long.get(name);
      if (kind === undefined) return `--${name} is not known to be harmless`;
      flags.add(name);
      if (equals >= 0)
        values.push({ flag: name, kind: kind === 'none' ? 'text' : kind, word, text: text.slice(equals + 1) });
      else if (kind !== 'none') {
        const value = words[++at];
        const problem = valueProblem(`--${name}`, value);
        if (problem !== undefined) return problem;
        values.push({ flag: name, kind, word: value!, text: value!.text });
      }
      continue;
    }
    if (table.digits && /^-[0-9]+$/.test(text)) continue;
    for (let index = 1; index < text.length; index++) {
      const letter = text[index]!;
      const kind = valued.get(letter);
      if (kind !== undefined) {
        flags.add(letter);
        const attached = text.slice(index + 1);
        if (attached !== '') values.push({ flag: letter, kind, word, text: attached });
        else {
          const value = words[++at];
          const problem = valueProblem(`-${letter}`, value);
          if (problem !== undefined) return problem;
          values.push({ flag: letter, kind, word: value!, text: value!.text });
        }
        break;
      }
      if (table.attached?.includes(letter)) {
        flags.add(letter);
        break;
      }
      if (!short.has(letter)) return `-${letter} is not known to be harmless`;
      flags.add(letter);
    }
  }
  return { flags, values, operands };
}

/**
 * Why a word is not taken for the value of the flag before it. A program that gives its flag no value, or only one that
 * is attached, would take the word for a flag or a file; and a pattern may become a value and files.
 */
function valueProblem(flag: string, value: ShellWord | undefined): string | undefined {
  if (value === undefined) return `${flag} has no value`;
  if (value.unknown || value.glob) return `${value.raw} is not known`;
  const { text } = value;
  const harmless = !text.startsWith('-') || text === '-' || /^-[0-9]/.test(text) || /^(?:-e|--regexp)$/.test(flag);
  return harmless ? undefined : `${text} may be a flag and not the value of ${flag}`;
}

/** True unless the word certainly does not start with a dash. */
function mayBeFlag(word: ShellWord): boolean {
  return (
    word.text.startsWith('-') || (!word.plain && word.pieces[0]?.kind === 'text' && word.pieces[0].text.startsWith('-'))
  );
}
