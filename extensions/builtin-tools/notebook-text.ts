/** Where a value stands in a JSON text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The text of a value, and where the values in it stand. */
interface Members {
  readonly span: Span;
  readonly fields: ReadonlyMap<string, Span>;
}

/** A cell of a notebook, with the places of its fields in the text. */
export interface CellText extends Members {
  readonly id: string | undefined;
  readonly type: string;
}

/** A notebook file as text: cells can be changed without touching the rest of it. */
export interface NotebookText {
  readonly text: string;
  /** The value of `cells`. */
  readonly list: Span;
  readonly cells: readonly CellText[];
  /** True when cells have ids (format 4.5 and later). */
  readonly ids: boolean;
}

/**
 * Finds the cells in the text of a notebook.
 * @param text valid JSON
 * @throws Error when it is not a notebook of format 4
 */
export function notebookText(text: string): NotebookText {
  const value = JSON.parse(text) as { nbformat?: unknown; nbformat_minor?: unknown; cells?: unknown } | null;
  if (typeof value !== 'object' || value === null || !Array.isArray(value.cells)) {
    throw new Error('it has no list of cells: it is not a notebook of format 4');
  }
  const list = membersOf(text, 0).get('cells')!;
  const cells = itemsOf(text, list.from).map((span): CellText => {
    const fields = text[span.from] === '{' ? membersOf(text, span.from) : new Map<string, Span>();
    const read = (name: string) => {
      const field = fields.get(name);
      return field === undefined ? undefined : (JSON.parse(text.slice(field.from, field.to)) as unknown);
    };
    const [id, type] = [read('id'), read('cell_type')];
    return { span, fields, id: typeof id === 'string' ? id : undefined, type: typeof type === 'string' ? type : '' };
  });
  const minor = typeof value.nbformat_minor === 'number' ? value.nbformat_minor : 0;
  const ids = (value.nbformat === 4 && minor >= 5) || cells.some(({ id }) => id !== undefined);
  return { text, list, cells, ids };
}

/** Replaces parts of a text, given in any order; they must not overlap. */
export function spliced(text: string, parts: readonly (Span & { readonly by: string })[]): string {
  let result = text;
  for (const { from, to, by } of [...parts].sort((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + by + result.slice(to);
  }
  return result;
}

/** The indentation of one level: blanks, a tab, or nothing when all stands on one line. */
export function indentOf(text: string): string {
  return /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? (text.includes('\n') ? ' ' : '');
}

/** A value as it would stand in a text at a depth, without indentation before its first line. */
export function jsonAt(value: unknown, indent: string, depth: number): string {
  if (indent === '') return JSON.stringify(value);
  return JSON.stringify(value, null, indent).replaceAll('\n', `\n${indent.repeat(depth)}`);
}

/** The members of the object that begins at or after `at`. */
function membersOf(text: string, at: number): Map<string, Span> {
  const found = new Map<string, Span>();
  let here = blanks(text, blanks(text, at) + 1);
  while (text[here] !== '}') {
    const keyEnd = valueEnd(text, here);
    const key = JSON.parse(text.slice(here, keyEnd)) as string;
    const from = blanks(text, blanks(text, keyEnd) + 1);
    const to = valueEnd(text, from);
    found.set(key, { from, to });
    here = blanks(text, to);
    if (text[here] === ',') here = blanks(text, here + 1);
  }
  return found;
}

function itemsOf(text: string, at: number): Span[] {
  const found: Span[] = [];
  let here = blanks(text, at + 1);
  while (text[here] !== ']') {
    const to = valueEnd(text, here);
    found.push({ from: here, to });
    here = blanks(text, to);
    if (text[here] === ',') here = blanks(text, here + 1);
  }
  return found;
}

function blanks(text: string, at: number): number {
  let here = at;
  while (' \t\r\n\ufeff'.includes(text[here] ?? '-')) here++;
  return here;
}

/** The end of the value that begins at `at`; the text is known to be valid. */
function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (let here = at; here < text.length; here++) {
    const character = text[here]!;
    if (character === '"') {
      here++;
      while (text[here] !== '"') here += text[here] === '\\' ? 2 : 1;
      if (depth === 0) return here + 1;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      if (depth === 0) return here;
      if (--depth === 0) return here + 1;
    } else if (depth === 0 && ', \t\r\n'.includes(character)) return here;
  }
  return text.length;
}
