import { decodeFlags, type FlagTable } from './flags.ts';
import { programName, sedParts } from './read-only.ts';
import type { ShellWord } from './word.ts';

/** What one of the commands of acceptEdits does to files. */
export interface FileChanges {
  readonly reads: readonly ShellWord[];
  readonly writes: readonly ShellWord[];
  /** Files that arrive in the last of `writes` under their own names. */
  readonly arrives: readonly ShellWord[];
  /** Whole folders are moved or copied. */
  readonly trees: boolean;
  readonly removes: boolean;
}

const TABLES: ReadonlyMap<string, FlagTable> = new Map<string, FlagTable>([
  ['mkdir', { short: 'pv', valued: 'm', long: 'mode= parents verbose' }],
  ['touch', { short: 'acmh', valued: 'dtr<', long: 'no-create date= reference< time= no-dereference' }],
  ['rm', { short: 'rRfivdI', long: 'force recursive dir verbose interactive one-file-system preserve-root' }],
  ['rmdir', { short: 'pv', long: 'parents verbose ignore-fail-on-non-empty' }],
  [
    'mv',
    {
      short: 'finuvT',
      valued: 't',
      long: 'force interactive no-clobber update verbose no-target-directory target-directory=',
    },
  ],
  [
    'cp',
    {
      short: 'rRafinpuvdPTx',
      valued: 't',
      long:
        'recursive archive force interactive no-clobber preserve update verbose no-dereference no-target-directory ' +
        'one-file-system target-directory=',
    },
  ],
]);

/** What `mkdir touch rm rmdir mv cp sed` change, or why that is not certain. */
export function fileChanges(words: readonly ShellWord[]): FileChanges | string {
  const name = programName(words[0]!.text);
  const rest = words.slice(1);
  const nothing: FileChanges = { reads: [], writes: [], arrives: [], trees: false, removes: false };
  if (name === 'sed') {
    const parts = sedParts(rest, true);
    if (typeof parts === 'string') return parts;
    const loose = parts.files.find((word) => word.pieces[0]?.kind !== 'text');
    if (loose !== undefined) return `${loose.raw} may become a flag of sed`;
    return parts.changes ? { ...nothing, writes: parts.files } : { ...nothing, reads: parts.files };
  }
  const table = TABLES.get(name);
  if (table === undefined) return `${name} is not one of the commands that edit files`;
  const decoded = decodeFlags(rest, table);
  if (typeof decoded === 'string') return `${name}: ${decoded}`;
  const { flags, values, operands } = decoded;
  const loose = operands.find(
    (word) => word.pieces[0]?.kind === 'variable' || (word.glob && word.pieces[0]?.kind === 'glob'),
  );
  if (loose !== undefined && (name === 'cp' || name === 'mv')) return `${loose.raw} may become a flag of ${name}`;
  if (operands.length === 0) return `${name} has no operand`;
  const reads = values.filter((value) => value.kind === 'read').map((value) => value.word);
  if (name !== 'cp' && name !== 'mv')
    return { ...nothing, reads, writes: operands, removes: name === 'rm' || name === 'rmdir' };
  const target = values.find((value) => value.flag === 't' || value.flag === 'target-directory');
  if (target !== undefined && target.word.text !== target.text) return `the target of ${name} is attached to its flag`;
  const to = target?.word ?? operands.at(-1)!;
  const from = target === undefined ? operands.slice(0, -1) : operands;
  if (from.length === 0) return `${name} has one operand only`;
  if (to.glob) return `the target of ${name} is a pattern`;
  const trees =
    name === 'mv' ||
    ['r', 'R', 'a', 'd', 'P', 'recursive', 'archive', 'no-dereference'].some((flag) => flags.has(flag));
  return {
    reads: name === 'cp' ? from : [],
    writes: name === 'mv' ? [...from, to] : [to],
    arrives: from,
    trees,
    removes: false,
  };
}

/** Programs whose operands name files that they write, for deny rules and for rules that cover them. */
const WRITERS =
  /^(?:mkdir|touch|rm|rmdir|mv|cp|tee|ln|install|truncate|dd|chmod|chown|chgrp|shred|rsync|patch|unlink|mkfifo|mknod|split|csplit|link|setfacl|chattr|sponge)$/;

export function writesOperands(name: string): boolean {
  return WRITERS.test(name);
}

/** Words of a command that name a file it writes: values of output flags. */
export function outputFiles(
  name: string,
  words: readonly ShellWord[],
): readonly { readonly word: ShellWord; readonly text: string }[] {
  const letters = OUTPUT_FLAGS.get(name);
  if (letters === undefined) return [];
  const found: { word: ShellWord; text: string }[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!;
    const { text } = word;
    const equals = text.indexOf('=');
    if (text.startsWith('--')) {
      const flag = equals < 0 ? text.slice(2) : text.slice(2, equals);
      if (flag.length < 2 || !letters.long.some((name) => name.startsWith(flag))) continue;
      if (equals >= 0) found.push({ word, text: text.slice(equals + 1) });
      else if (words[at + 1] !== undefined) found.push({ word: words[at + 1]!, text: words[at + 1]!.text });
    } else if (/^-[A-Za-z]/.test(text)) {
      const position = [...text].findIndex((letter, index) => index > 0 && letters.short.includes(letter));
      if (position < 0) continue;
      const attached = text.slice(position + 1);
      if (attached !== '') found.push({ word, text: attached });
      else if (words[at + 1] !== undefined) found.push({ word: words[at + 1]!, text: words[at + 1]!.text });
    }
  }
  return found;
}

const OUTPUT_FLAGS = new Map<string, { readonly short: string; readonly long: readonly string[] }>([
  ['sort', { short: 'oT', long: ['output', 'temporary-directory'] }],
  ['tree', { short: 'o', long: ['output'] }],
  [
    'curl',
    {
      short: 'oDcK',
      long: [
        'output',
        'output-dir',
        'dump-header',
        'cookie-jar',
        'config',
        'trace',
        'trace-ascii',
        'stderr',
        'hsts',
        'alt-svc',
        'libcurl',
        'etag-save',
      ],
    },
  ],
  [
    'wget',
    {
      short: 'OoPa',
      long: ['output-document', 'output-file', 'directory-prefix', 'append-output', 'save-cookies', 'config'],
    },
  ],
  ['tar', { short: 'fC', long: ['file', 'directory'] }],
  ['unzip', { short: 'd', long: [] }],
  ['gcc', { short: 'o', long: [] }],
  ['cc', { short: 'o', long: [] }],
  ['clang', { short: 'o', long: [] }],
  ['go', { short: 'o', long: [] }],
  ['openssl', { short: '', long: ['out'] }],
  ['find', { short: '', long: [] }],
  ['git', { short: '', long: ['output'] }],
  ['diff', { short: '', long: ['output'] }],
  ['jq', { short: '', long: [] }],
  ['pandoc', { short: 'o', long: ['output'] }],
  ['base64', { short: 'o', long: ['output'] }],
  ['gpg', { short: 'o', long: ['output'] }],
  ['patch', { short: 'or', long: ['output', 'reject-file', 'directory'] }],
  ['cp', { short: 't', long: ['target-directory'] }],
  ['mv', { short: 't', long: ['target-directory'] }],
  ['ln', { short: 't', long: ['target-directory'] }],
  ['install', { short: 't', long: ['target-directory'] }],
]);

/** Why a rule with a wildcard does not cover a command: it has an action that runs another program. */
export function runsBeyondRule(name: string, words: readonly ShellWord[]): string | undefined {
  const entry = ACTIONS.get(name);
  for (const { text } of words.slice(1)) {
    // what follows is for a script, not for the package manager
    if (text === '--' && PACKAGES.test(name)) break;
    if (entry !== undefined) {
      const long = /^--([A-Za-z-]+)/.exec(text)?.[1];
      if (long !== undefined && long.length >= 2 && entry.long.some((flag) => flag.startsWith(long)))
        return `${name} --${long} runs a program`;
      if (entry.short?.test(text)) return `${name} ${text} runs a program or removes files`;
    }
  }
  if (
    /^(?:awk|gawk|mawk|nawk)$/.test(name) &&
    words
      .slice(1)
      .some((word) => /system|\||>|getline|@|^-[A-Za-z]*[fielE]|^--(?!version|field-sep|assign)/.test(word.text))
  ) {
    return `this ${name} program can run commands or write files`;
  }
  return undefined;
}

const PACKAGES = /^(?:npm|pnpm|yarn|bun)$/;
const PACKAGE_FLAGS = ['script-shell', 'shell', 'node-options', 'prefix', 'userconfig', 'globalconfig', 'cwd', 'dir'];

const ACTIONS = new Map<string, { readonly long: readonly string[]; readonly short?: RegExp }>([
  ['find', { long: [], short: /^-(?:exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls|files0-from)$/ }],
  ['fd', { long: ['exec', 'exec-batch'], short: /^-[A-Za-z]*[xX]/ }],
  ['fdfind', { long: ['exec', 'exec-batch'], short: /^-[A-Za-z]*[xX]/ }],
  ['rg', { long: ['pre', 'hostname-bin', 'search-zip'], short: /^-[A-Za-z]*z/ }],
  ['sort', { long: ['compress-program', 'files0-from'] }],
  ['wc', { long: ['files0-from'] }],
  ['du', { long: ['files0-from', 'exclude-from'], short: /^-[A-Za-z]*X/ }],
  ['date', { long: ['file', 'set'], short: /^-[A-Za-z]*[fs]/ }],
  ['npm', { long: PACKAGE_FLAGS }],
  ['pnpm', { long: PACKAGE_FLAGS, short: /^-C/ }],
  ['yarn', { long: PACKAGE_FLAGS }],
  ['bun', { long: PACKAGE_FLAGS }],
  [
    'tar',
    {
      long: [
        'to-command',
        'checkpoint-action',
        'use-compress-program',
        'rsh-command',
        'info-script',
        'new-volume-script',
      ],
      short: /^-?[A-Za-z]*[IF]/,
    },
  ],
  ['rsync', { long: ['rsh', 'rsync-path'], short: /^-[A-Za-z]*e/ }],
  ['man', { long: ['pager', 'html', 'preprocessor'], short: /^-[A-Za-z]*[PH]/ }],
  ['ssh', { long: [], short: /^-[A-Za-z0-9]*[oF]/ }],
  ['scp', { long: [], short: /^-[A-Za-z0-9]*[oFS]/ }],
  ['zip', { long: ['unzip-command'], short: /^-[A-Za-z]*T/ }],
  ['split', { long: ['filter'] }],
  ['bash', { long: ['rcfile', 'init-file'], short: /^[-+][A-Za-z]*[cso]/ }],
  ['sh', { long: [], short: /^[-+][A-Za-z]*[cso]/ }],
  ['zsh', { long: [], short: /^[-+][A-Za-z]*[cso]/ }],
  ['dash', { long: [], short: /^[-+][A-Za-z]*[cso]/ }],
]);
