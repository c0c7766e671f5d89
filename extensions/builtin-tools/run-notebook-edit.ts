import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { changeFile } from './file-change.ts';
import { inputPath } from './input-path.ts';
import { lineEnd, toLineFeeds, withLineEnd } from './line-ends.ts';
import { type CellText, indentOf, jsonAt, type NotebookText, notebookText, spliced } from './notebook-text.ts';
import { openProblem } from './regular-file.ts';
import type { NotebookEditInput } from './schemas/notebook-edit.schema.ts';
import type { Workbench } from './workbench.ts';

export interface NotebookEditOutput {
  readonly notebook_path: string;
  readonly cell_id?: string;
  readonly cell_type: string;
  readonly edit_mode: 'replace' | 'insert' | 'delete';
  readonly new_source: string;
}

interface Changed {
  readonly text: string;
  readonly id: string;
  readonly type: string;
}

/** @throws Error when there is no such cell, or the file is no notebook or cannot be written, saying what to do */
export async function runNotebookEdit(
  bench: Workbench,
  input: NotebookEditInput,
  context: ToolContext,
): Promise<ToolResult<NotebookEditOutput>> {
  const { session } = context;
  const path = inputPath(input.notebook_path, session.cwd, bench.host.home);
  if (!path.endsWith('.ipynb')) throw new Error(`${path} is not a notebook (.ipynb); change it with Edit`);
  await lstat(path).catch(async (error: unknown) => {
    throw await openProblem(error, path, session.cwd);
  });
  const { edit_mode: mode = 'replace', new_source } = input;
  let done: Changed | undefined;
  await changeFile(path, context, (file) => {
    if (file === undefined) throw new Error(`${path} does not exist`);
    const text = toLineFeeds(file.text).text;
    done = changed(readNotebook(text, path), input, path);
    return withLineEnd(done.text, lineEnd(file.text));
  });
  const { id, type } = done!;
  const said = { replace: 'Replaced', insert: 'Inserted', delete: 'Deleted' }[mode];
  return {
    content: `${said} the ${type} cell ${id} of ${path}`,
    output: { notebook_path: path, cell_id: id, cell_type: type, edit_mode: mode, new_source },
  };
}

function readNotebook(text: string, path: string): NotebookText {
  try {
    parseJson(text);
    return notebookText(text);
  } catch (error) {
    const { line, message } = error as Error & { line?: number };
    const where = line === undefined ? '' : ` (line ${line})`;
    throw new Error(`${path} cannot be changed as a notebook: ${message}${where}`, { cause: error });
  }
}

function changed(notebook: NotebookText, input: NotebookEditInput, path: string): Changed {
  const { edit_mode: mode = 'replace', cell_id: wanted, cell_type: type, new_source: source } = input;
  if (mode === 'insert') {
    if (type === undefined) throw new Error('cell_type is missing: insert needs code or markdown');
    const at = wanted === undefined ? -1 : indexOf(notebook, wanted, path);
    return insert(notebook, at, type, source);
  }
  if (wanted === undefined) throw new Error(`cell_id is missing: name the cell to ${mode}; Read shows the ids`);
  const at = indexOf(notebook, wanted, path);
  return mode === 'delete' ? remove(notebook, at) : replace(notebook, at, type, source);
}

function replace(notebook: NotebookText, at: number, type: string | undefined, source: string): Changed {
  const { text } = notebook;
  const cell = notebook.cells[at]!;
  const id = nameOf(cell, at);
  const indent = indentOf(text);
  if (type !== undefined && type !== cell.type) {
    const metadata = fieldOf(text, cell, 'metadata') ?? {};
    return {
      text: spliced(text, [{ ...cell.span, by: jsonAt(newCell(type, source, cell.id, metadata), indent, 2) }]),
      id,
      type,
    };
  }
  const field = cell.fields.get('source');
  if (field === undefined) throw new Error(`the cell ${id} has no source`);
  const asText = text[field.from] === '"';
  const parts = [{ ...field, by: jsonAt(asText ? source : linesOf(source), indent, 3) }];
  if (cell.type === 'code') {
    // they belong to what stood there before
    const outputs = cell.fields.get('outputs');
    const count = cell.fields.get('execution_count');
    if (outputs !== undefined) parts.push({ ...outputs, by: '[]' });
    if (count !== undefined) parts.push({ ...count, by: 'null' });
  }
  return { text: spliced(text, parts), id, type: cell.type };
}

function insert(notebook: NotebookText, after: number, type: string, source: string): Changed {
  const { text, cells, list, ids } = notebook;
  const indent = indentOf(text);
  const id = ids ? newId(cells) : undefined;
  const cell = jsonAt(newCell(type, source, id, {}), indent, 2);
  const line = indent === '' ? '' : `\n${indent.repeat(2)}`;
  let result: string;
  if (cells.length === 0) {
    const end = indent === '' ? '' : `\n${indent}`;
    result = spliced(text, [{ ...list, by: `[${line}${cell}${end}]` }]);
  } else if (after < 0) {
    const { from } = cells[0]!.span;
    result = spliced(text, [{ from, to: from, by: `${cell},${line}` }]);
  } else {
    const { to } = cells[after]!.span;
    result = spliced(text, [{ from: to, to, by: `,${line}${cell}` }]);
  }
  return { text: result, id: id ?? `cell-${after + 1}`, type };
}

function remove({ text, cells, list }: NotebookText, at: number): Changed {
  const cell = cells[at]!;
  const next = cells[at + 1];
  const before = cells[at - 1];
  const span =
    next !== undefined
      ? { from: cell.span.from, to: next.span.from }
      : before !== undefined
        ? { from: before.span.to, to: cell.span.to }
        : { from: list.from + 1, to: list.to - 1 };
  return { text: spliced(text, [{ ...span, by: '' }]), id: nameOf(cell, at), type: cell.type };
}

/** The fields in the order in which notebooks are written. */
function newCell(type: string, source: string, id: string | undefined, metadata: unknown): object {
  return {
    cell_type: type,
    ...(type === 'code' && { execution_count: null }),
    ...(id !== undefined && { id }),
    metadata,
    ...(type === 'code' && { outputs: [] }),
    source: linesOf(source),
  };
}

/** Text as notebooks keep it: a list of lines that keep their line ends. */
function linesOf(source: string): string[] {
  return toLineFeeds(source).text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function newId(cells: readonly CellText[]): string {
  for (;;) {
    const id = randomBytes(4).toString('hex');
    if (!cells.some((cell) => cell.id === id)) return id;
  }
}

/** Cells without ids go by their place: `cell-0` is the first. */
function nameOf(cell: CellText, at: number): string {
  return cell.id ?? `cell-${at}`;
}

function indexOf({ cells }: NotebookText, wanted: string, path: string): number {
  const exact = cells.findIndex(({ id }) => id === wanted);
  if (exact >= 0) return exact;
  const place = /^(?:cell-)?(\d+)$/.exec(wanted)?.[1];
  if (place !== undefined && Number(place) < cells.length) return Number(place);
  const names = cells.slice(0, 30).map(nameOf).join(', ');
  throw new Error(
    `${path} has no cell ${JSON.stringify(wanted)}; there are ${names || 'none'}${cells.length > 30 ? ', ...' : ''}`,
  );
}

function fieldOf(text: string, cell: CellText, field: string): unknown {
  const span = cell.fields.get(field);
  return span === undefined ? undefined : JSON.parse(text.slice(span.from, span.to));
}
