/** Columns of the first cell of a row, at most; longer ones push the second to the right. */
const WIDEST = 28;

/** Rows of two cells as lines, with the second cells below each other. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.min(WIDEST, Math.max(0, ...rows.map(([first = '']) => first.length)));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`.trimEnd());
}

/** A text of one line that is no longer than `length`. */
export function shortened(text: string, length = 100): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
