import type { CliFlag, DistroInfo } from 'tenon/plugin-api';
import type { Grammar } from './grammar.ts';
import { printableLine } from './printable.ts';

type Row = readonly [left: string, right: string];

const WIDEST_LEFT = 34;

/** The help of the whole program, wrapped to `columns`. */
export function programHelp(grammar: Grammar, distro: DistroInfo, columns: number | undefined): string {
  const width = widthOf(columns);
  const { command } = distro;
  const lines = [`${distro.name} ${distro.version}`, '', `Usage: ${command} [flags] [--] [prompt]`];
  if (grammar.verbs.size > 0) lines.push(`       ${command} <command> [flags] [args]`);

  const sections: (readonly [title: string, rows: readonly Row[]])[] = [];
  const verbs = [...grammar.verbs.values()];
  sections.push(['Commands', verbs.map((verb) => [usage(verb), clean(verb.description)])]);
  sections.push([
    'Modes',
    grammar.modes.map((mode) => [mode.name.slice('mode:'.length), `${clean(mode.description)}${when(mode)}`]),
  ]);
  for (const owner of new Set(grammar.flags.map((flag) => flag.owner))) {
    const own = grammar.flags.filter((flag) => flag.owner === owner && flag.hidden !== true);
    sections.push([title(owner), own.map((flag) => [flagLeft(flag), flagRight(flag)])]);
  }

  const shown = sections.filter(([, rows]) => rows.length > 0);
  const left = leftWidth(
    shown.flatMap(([, rows]) => rows),
    width,
  );
  for (const [name, rows] of shown) lines.push('', `${name}:`, ...rows.flatMap((row) => paint(row, left, width)));
  if (verbs.length > 0) lines.push('', ...wrap(`${command} <command> --help shows the help of a command.`, width));
  return `${lines.join('\n')}\n`;
}

/** The help of one command. */
export function verbHelp(name: string, grammar: Grammar, distro: DistroInfo, columns: number | undefined): string {
  const width = widthOf(columns);
  const verb = grammar.verbs.get(name);
  if (verb === undefined) return programHelp(grammar, distro, columns);
  const lines = [`Usage: ${distro.command} ${usage(verb)}`, '', ...wrap(clean(verb.description), width)];
  const reads = (flag: Grammar['flags'][number]) => verb.flags?.includes(flag.name) ?? flag.owner === verb.owner;
  const own = grammar.flags.filter((flag) => flag.hidden !== true && reads(flag));
  const rows = own.map((flag): Row => [flagLeft(flag), flagRight(flag)]);
  const left = leftWidth(rows, width);
  if (rows.length > 0) lines.push('', 'Flags:', ...rows.flatMap((row) => paint(row, left, width)));
  lines.push('', `${distro.command} --help lists all flags and commands.`);
  return `${lines.join('\n')}\n`;
}

function usage(verb: { readonly name: string; readonly usage?: string }): string {
  return clean(verb.usage === undefined ? verb.name : `${verb.name} ${verb.usage}`);
}

function when(mode: Grammar['modes'][number]): string {
  const ways: string[] = [...(mode.flags ?? [])];
  if (mode.headless === true) ways.push('without a terminal');
  if (mode.interactive === true) ways.push('in a terminal');
  return ways.length === 0 ? '' : ` (${ways.join(', ')})`;
}

function flagLeft(flag: CliFlag): string {
  const value = `<${flag.placeholder ?? 'value'}>`;
  const shown = {
    boolean: '',
    string: ` ${value}`,
    optional: ` [${flag.placeholder ?? 'value'}]`,
    list: ` ${value}...`,
  };
  const names = [flag.name, ...(flag.aliases ?? [])].join(', ');
  return clean(`${flag.short === undefined ? '    ' : `-${flag.short}, `}${names}${shown[flag.value]}`);
}

function flagRight(flag: CliFlag): string {
  const allowed = flag.choices ?? flag.parts;
  const choices = allowed === undefined ? '' : ` (${allowed.join(', ')})`;
  return `${clean(flag.description)}${choices}`;
}

/** `print-mode` becomes `Print mode`; the command line's own flags are `General`. */
function title(owner: string): string {
  if (owner === 'cli') return 'General';
  const words = owner.startsWith('@') ? owner : owner.replaceAll('-', ' ');
  return clean(words.charAt(0).toUpperCase() + words.slice(1));
}

function clean(text: string | undefined): string {
  const blanks = /^ */.exec(text ?? '')![0];
  return blanks + printableLine(text ?? '');
}

function widthOf(columns: number | undefined): number {
  return Math.max(40, Math.min(columns ?? 80, 120));
}

function leftWidth(rows: readonly Row[], width: number): number {
  const widest = Math.min(WIDEST_LEFT, Math.floor(width / 2) - 4);
  return Math.max(8, ...rows.map(([left]) => left.length).filter((length) => length <= widest));
}

function paint([left, right]: Row, leftWidth: number, width: number): string[] {
  const indent = leftWidth + 4;
  const lines = wrap(right, width - indent);
  const first = left.length <= leftWidth ? [`  ${left.padEnd(leftWidth)}  ${lines.shift() ?? ''}`.trimEnd()] : [];
  if (first.length === 0) {
    const [blanks] = /^ */.exec(left)!;
    const lead = `  ${blanks}`;
    const [head = '', ...rest] = wrap(left.trimStart(), width - lead.length - 4);
    first.push(`${lead}${head}`, ...rest.map((line) => `${lead}    ${line}`));
  }
  return [...first, ...lines.map((line) => `${' '.repeat(indent)}${line}`)];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return line === '' ? lines : [...lines, line];
}
