import { editDistance } from 'tenon/plugin-api/lib/nearest';

/** Lines of the file that are shown to help. */
const SHOWN = 6;
/** Lines of the file that are compared. */
const MOST_LINES = 20_000;
/** Characters of a line that are compared: the comparison takes the square of it. */
const WIDEST = 120;

/** The number of the line of a place in a text, counted from 1. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let from = text.indexOf('\n'); from >= 0 && from < at; from = text.indexOf('\n', from + 1)) line++;
  return line;
}

/** Says that a text is there more than once, and where. */
export function notUnique(text: string, places: readonly number[], path: string): string {
  const lines = places.slice(0, 20).map((place) => lineOf(text, place));
  const rest = places.length > lines.length ? ' and others' : '';
  return `old_string occurs ${places.length} times in ${path}, at lines ${lines.join(', ')}${rest}; add lines around it until it is unique, or set replace_all`;
}

/** Says that a text is not there, and what comes closest: the same but for blanks, quotes or case, or a similar line. */
export function notFound(text: string, wanted: string, path: string): string {
  const say = (why: string) => `old_string was not found in ${path}: ${why}`;
  const bare = wanted.replace(/^ *\d+\t/gm, '');
  if (bare !== wanted && text.includes(bare)) return say('it has the line numbers of Read in it; leave them out');
  for (const [what, plain] of LOOSER) {
    const at = linesAlike(text, wanted, plain);
    if (at !== undefined) return say(`${what}. The file has at line ${at.line}:\n${at.lines.join('\n')}`);
  }
  const near = similarLine(text, wanted);
  if (near !== undefined) return say(`the most similar place starts at line ${near.line}:\n${near.lines.join('\n')}`);
  return say('nothing in it is similar; read the file again');
}

/** Ways in which two texts may differ that are easy to miss, from the least to the greatest. */
const LOOSER: readonly (readonly [string, (line: string) => string])[] = [
  ['blanks at the end of lines differ', (line) => line.trimEnd()],
  ['quotes or dashes differ (straight and curly)', (line) => straight(line)],
  ['indentation differs (tabs, or the number of blanks)', (line) => line.trim()],
  ['white space differs', (line) => line.replace(/\s+/g, '')],
  ['white space and quotes differ', (line) => straight(line).replace(/\s+/g, '')],
  ['upper and lower case differ', (line) => straight(line).replace(/\s+/g, '').toLowerCase()],
];

function straight(line: string): string {
  return line
    .replace(/[\u2018\u2019\u201a\u201b]/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u00a0\u2007\u202f]/g, ' ');
}

interface Place {
  readonly line: number;
  readonly lines: readonly string[];
}

function place(all: readonly string[], from: number, count: number): Place {
  const shown = all.slice(from, from + Math.min(count, SHOWN)).map((line) => line.slice(0, 300));
  return { line: from + 1, lines: count > SHOWN ? [...shown, '[...]'] : shown };
}

/** The first run of lines that equals the wanted ones once both are made plain. A part of a line counts for one line. */
function linesAlike(text: string, wanted: string, plain: (line: string) => string): Place | undefined {
  const all = text.split('\n');
  const need = trimEmpty(wanted.split('\n').map(plain));
  if (need.length === 0) return undefined;
  const have = all.slice(0, MOST_LINES).map(plain);
  const fits = (from: number) =>
    need.every((line, index) => {
      const other = have[from + index];
      if (other === undefined) return false;
      // the text may start within its first line and end within its last
      if (need.length === 1) return other.includes(line);
      if (index === 0) return other.endsWith(line);
      return index === need.length - 1 ? other.startsWith(line) : other === line;
    });
  for (let from = 0; from + need.length <= have.length; from++) if (fits(from)) return place(all, from, need.length);
  return undefined;
}

function trimEmpty(lines: string[]): string[] {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from]!.trim() === '') from++;
  while (to > from && lines[to - 1]!.trim() === '') to--;
  return lines.slice(from, to);
}

/** The place of the line that is most like the longest wanted line. */
function similarLine(text: string, wanted: string): Place | undefined {
  const need = wanted.split('\n');
  const key = need.reduce((best, line, index) => (line.trim().length > need[best]!.trim().length ? index : best), 0);
  const target = need[key]!.trim().slice(0, WIDEST).toLowerCase();
  if (target.length < 4) return undefined;
  const all = text.split('\n');
  const letters = counts(target);
  let best = -1;
  let least = Math.ceil(target.length * 0.5);
  for (let index = 0; index < Math.min(all.length, MOST_LINES); index++) {
    const line = all[index]!.trim().slice(0, WIDEST).toLowerCase();
    // lines that cannot be close are told without the costly comparison
    if (Math.abs(line.length - target.length) >= least || difference(letters, line) >= least) continue;
    const distance = editDistance(line, target);
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best < 0 ? undefined : place(all, Math.max(0, best - key), need.length);
}

function counts(line: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const letter of line) found.set(letter, (found.get(letter) ?? 0) + 1);
  return found;
}

/** Letters of the one that the other lacks: at least so many steps lie between them. */
function difference(letters: ReadonlyMap<string, number>, line: string): number {
  const rest = new Map(letters);
  for (const letter of line) rest.set(letter, (rest.get(letter) ?? 0) - 1);
  let missing = 0;
  for (const left of rest.values()) if (left > 0) missing += left;
  return missing;
}
