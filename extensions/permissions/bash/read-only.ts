import { findReads } from './find.ts';
import { decodeFlags } from './flags.ts';
import { gitReads } from './git.ts';
import { READ_ONLY } from './read-only-table.ts';
import { sedProblem } from './sed-script.ts';
import { literalWord, type ShellWord } from './word.ts';

/** What a read-only command reads. */
export interface Reading {
  readonly reads: readonly ShellWord[];
  /** Shows what files in whole folders contain, so a file that may not be read could be among them. */
  readonly contentBelow: readonly ShellWord[];
  /** Goes through symbolic links in these folders. */
  readonly linksBelow: readonly ShellWord[];
  readonly git: boolean;
}

const NOTHING: Reading = { reads: [], contentBelow: [], linksBelow: [], git: false };
const HERE = literalWord('.');

/**
 * What a command reads when it certainly does nothing else, or why that is not certain. `words` are literal enough:
 * none has an expansion that is unknown, and the first is literal.
 */
export function reading(words: readonly ShellWord[]): Reading | string {
  const name = programName(words[0]!.text);
  const rest = words.slice(1);
  switch (name) {
    case 'echo':
      return NOTHING;
    case 'printf':
      return printf(rest);
    case 'test':
    case '[':
      return test(name, rest);
    case 'command':
      return /^-[vV]$/.test(rest[0]?.text ?? '') ? NOTHING : 'command with a flag that is not known';
    case 'cd':
      return changeFolder(rest);
    case 'date':
      return date(rest);
    case 'sed':
      return sed(rest);
    case 'find': {
      const reads = findReads(words);
      return typeof reads === 'string' ? reads : { ...NOTHING, reads };
    }
    case 'git': {
      const found = gitReads(words);
      if (typeof found === 'string') return found;
      return { ...NOTHING, reads: found.reads, contentBelow: found.content ? [HERE] : [], git: true };
    }
    case 'ps':
      return allOf(
        name,
        rest,
        /^(?:-[AaedfFljuTwyHLMNcV]+|-[opCuUgGt]|--(?:no-headers|sort=\S+|forest|pid|ppid|cols=\d+)|[aTrxjluvfhwcn]+|[\w,.:%=+-]+)$/,
        // without a dash, and where no value belongs, `e` shows the environment of processes
        (text, before) =>
          text.startsWith('-') || !text.includes('e') || /^-[opCuUgGt]$|^--p?pid$|^[^-]*o$/.test(before),
      );
    case 'lsof':
      return allOf(
        name,
        rest,
        /^(?:-[nPltbUwRVhaQ]+|-i(?:[46]?(?:TCP|UDP|tcp|udp)?(?::[\w,-]+)?)|-s[\w:,]+|-[pucdg]|:[\w,-]+|[\w,.:^][\w,.:^-]*)$/,
        (text) => !/^-[a-zA-Z]*D/.test(text),
      );
    case 'tput':
      return allOf(name, rest, /^(?:-T|-T[\w.-]+|[a-z0-9]+)$/, () => true);
    default:
      return tabled(name, rest);
  }
}

/** The name of a program in one of the system's folders, or the word itself. */
export function programName(word: string): string {
  return /^\/(?:usr\/)?bin\/([^/]+)$/.exec(word)?.[1] ?? word;
}

function tabled(name: string, rest: readonly ShellWord[]): Reading | string {
  const table = READ_ONLY.get(name);
  if (table === undefined) return `${name} is not a read-only command`;
  if (table.strict) {
    const loose = rest.find((word) => word.glob || word.pieces.some((piece) => piece.kind === 'variable'));
    if (loose !== undefined) return `${loose.raw} is not literal, and ${name} has flags that write or run`;
  }
  const decoded = decodeFlags(rest, table);
  if (typeof decoded === 'string') return `${name}: ${decoded}`;
  const { flags, values, operands } = decoded;
  const reads: ShellWord[] = values.filter((value) => value.kind === 'read').map(valueWord);
  let files: readonly ShellWord[] = operands;
  if (table.operands === 'none' && operands.length > 0) return `${name} with an operand changes something`;
  if (table.operands === 'text') files = [];
  if (table.operands === 'one' && operands.length > 1) return `the second file of ${name} is written`;
  if (table.operands === 'pattern') {
    const given = ['e', 'f', 'regexp', 'file', 'files', 'type-list'].some((flag) => flags.has(flag)) && name !== 'fd';
    if (!given) {
      const pattern = operands[0];
      // a pattern that starts with a variable or `*` could be a flag
      if (pattern !== undefined && !pattern.plain && pattern.pieces[0]?.kind !== 'text') {
        if (pattern.pieces.some((piece) => !piece.quoted)) return `${pattern.raw} is not literal`;
      }
      files = operands.slice(1);
    }
  }
  reads.push(...files.filter((word) => word.text !== '-'));
  const recursive = table.recursive !== undefined && (table.recursive === '' || has(flags, table.recursive));
  const below = recursive ? (files.length > 0 ? files : [HERE]) : [];
  const follows =
    table.follows !== undefined && has(flags, table.follows) && (name !== 'ls' || has(flags, 'R recursive'));
  return {
    reads,
    contentBelow: below,
    linksBelow: follows ? (files.length > 0 ? files : [HERE]) : [],
    git: false,
  };
}

function has(flags: ReadonlySet<string>, names: string): boolean {
  return names.split(' ').some((name) => flags.has(name));
}

function valueWord(value: { readonly word: ShellWord; readonly text: string }): ShellWord {
  return value.word.text === value.text ? value.word : literalWord(value.text);
}

function printf(rest: readonly ShellWord[]): Reading | string {
  const ended = rest[0]?.text === '--';
  const format = rest[ended ? 1 : 0];
  if (format === undefined) return NOTHING;
  if (!format.plain) return 'the format of printf is not literal';
  if (!ended && format.text.startsWith('-')) return 'printf with a flag sets a variable';
  if (/%[^%A-Za-z]*[hlLjzt]*n/.test(format.text)) return 'printf %n sets a variable';
  return NOTHING;
}

function test(name: string, rest: readonly ShellWord[]): Reading | string {
  if (name === '[' && rest.at(-1)?.raw !== ']') return 'the ] is missing';
  const loose = rest.find((word, index) => !word.plain && !isOperand(rest, index, name));
  if (loose !== undefined)
    return `${loose.raw} may become an operator, and a test of a variable by name can run commands`;
  for (const word of rest) {
    if (word.plain && /^-[vR]$/.test(word.text)) return 'a test of a variable by name can run commands';
    if (
      !word.plain &&
      word.pieces.some((piece) => !piece.quoted && piece.kind !== 'text') &&
      !/^\$[?#$]$/.test(word.raw)
    ) {
      return `${word.raw} is not quoted, so it may become a test of its own`;
    }
  }
  return NOTHING;
}

const BINARY_TEST = /^(?:==?|!=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;
const UNARY_TEST = /^-[a-hkpr-uwxzGLNOSn]$/;

/** True for a word that stands where test looks for no operator, whatever it is. */
function isOperand(rest: readonly ShellWord[], index: number, name: string): boolean {
  const operator = (at: number, pattern: RegExp) => rest[at]?.plain === true && pattern.test(rest[at]!.text);
  if (operator(index - 1, UNARY_TEST) || operator(index - 1, BINARY_TEST) || operator(index + 1, BINARY_TEST))
    return true;
  return index === 0 && rest.length === (name === '[' ? 2 : 1);
}

function changeFolder(rest: readonly ShellWord[]): Reading | string {
  const operands = rest.filter((word) => !/^(?:-L|--)$/.test(word.text));
  if (operands.length > 1) return 'cd with several folders';
  if (operands[0]?.text.startsWith('-')) return `the target of cd ${operands[0].text} is not known`;
  return {
    ...NOTHING,
    reads: operands.length === 0 ? [{ ...literalWord('~'), raw: '~', tilde: true, plain: false }] : operands,
  };
}

function date(rest: readonly ShellWord[]): Reading | string {
  if (rest.some((word) => !word.plain)) return 'a word of date is not literal, and date can set the clock';
  const decoded = decodeFlags(rest, {
    short: 'uR',
    valued: 'dr<',
    long: 'utc universal iso-8601 rfc-3339= rfc-email date= reference< version help',
  });
  if (typeof decoded === 'string')
    return /^-I/.test(rest[0]?.text ?? '') && rest.length === 1 ? NOTHING : `date: ${decoded}`;
  if (decoded.operands.some((word) => !word.text.startsWith('+'))) return 'date with an operand sets the clock';
  return { ...NOTHING, reads: decoded.values.filter((value) => value.kind === 'read').map(valueWord) };
}

/** The parts of a sed command, or why they cannot be told apart. */
export function sedParts(
  rest: readonly ShellWord[],
  inPlace: boolean,
): { readonly files: readonly ShellWord[]; readonly scripts: readonly string[]; readonly changes: boolean } | string {
  const loose = rest.find((word) => word.glob || word.pieces.some((piece) => piece.kind === 'variable'));
  if (loose !== undefined && !inPlace) return `${loose.raw} is not literal, and sed has flags that write`;
  if (rest.some((word) => /^-[nErsuz]*i./.test(word.text))) return 'sed -i with a suffix writes copies';
  const changes = rest.some((word) => /^(?:-[nErsuz]*i|--in-place)/.test(word.text));
  const decoded = decodeFlags(rest, {
    short: inPlace ? 'nErsuzi' : 'nErsuz',
    valued: 'el',
    long: `expression= quiet silent regexp-extended null-data separate unbuffered posix line-length= version help${inPlace ? ' in-place' : ''}`,
  });
  if (typeof decoded === 'string') return `sed: ${decoded}`;
  if (decoded.values.some((value) => value.flag === 'in-place')) return 'sed: a suffix for the copies';
  const scripts = decoded.values.filter((value) => value.flag === 'e' || value.flag === 'expression');
  const words = scripts.length > 0 ? scripts.map((value) => value.word) : decoded.operands.slice(0, 1);
  if (words.some((word) => !word.plain)) return 'the sed script is not literal';
  const texts = scripts.length > 0 ? scripts.map((value) => value.text) : words.map((word) => word.text);
  if (texts.length === 0) return 'sed has no script';
  for (const text of texts) {
    const problem = sedProblem(text);
    if (problem !== undefined) return problem;
  }
  return { files: scripts.length > 0 ? decoded.operands : decoded.operands.slice(1), scripts: texts, changes };
}

function sed(rest: readonly ShellWord[]): Reading | string {
  const parts = sedParts(rest, false);
  return typeof parts === 'string' ? parts : { ...NOTHING, reads: parts.files.filter((word) => word.text !== '-') };
}

function allOf(
  name: string,
  rest: readonly ShellWord[],
  fine: RegExp,
  also: (text: string, before: string) => boolean,
): Reading | string {
  for (const [index, word] of rest.entries()) {
    if (!word.plain || !fine.test(word.text) || !also(word.text, rest[index - 1]?.text ?? ''))
      return `${name} ${word.raw} is not known to only read`;
  }
  return NOTHING;
}
