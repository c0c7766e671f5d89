import type { ImageBlock, TextBlock, ToolResult } from 'tenon/plugin-api';
import type { LineRange } from './line-window.ts';
import { MOST_IMAGE } from './read-image.ts';

export interface NotebookOutput {
  readonly type: 'notebook';
  readonly file: { readonly filePath: string; readonly cells: readonly NotebookCell[] };
}
export interface NotebookCell {
  readonly cell_id: string;
  readonly cellType: string;
  readonly source: string;
  readonly execution_count?: number;
  readonly language?: string;
  readonly outputs?: readonly CellOutput[];
}
export interface CellOutput {
  readonly output_type: string;
  readonly text?: string;
  readonly image?: { readonly image_data: string; readonly media_type: string };
}

/** Characters of one output that are shown. */
const MOST_OUTPUT = 10_000;
/** Images of one result, and characters of base64 of all of them. */
const MOST_IMAGES = 10;
const MOST_IMAGE_TEXT = 5_000_000;
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

type Fields = { readonly [field: string]: unknown };

/**
 * The cells of a notebook, with their ids and outputs; `start` and `count` of the range count cells.
 * @returns `undefined` when the text is not a notebook
 */
export function readNotebook(path: string, text: string, range: LineRange): ToolResult<NotebookOutput> | undefined {
  const notebook = parsed(text);
  if (notebook === undefined || !Array.isArray(notebook.cells)) return undefined;
  const all = notebook.cells as readonly unknown[];
  const language = languageOf(notebook);
  const cells: NotebookCell[] = [];
  const blocks: (TextBlock | ImageBlock)[] = [];
  let pending = '';
  let characters = 0;
  let images = 0;
  let imageText = 0;
  const flush = () => {
    if (pending !== '') blocks.push({ type: 'text', text: pending });
    pending = '';
  };
  for (let at = range.start - 1; at < all.length && cells.length < range.count; at++) {
    const cell = cellOf(all[at], at, language);
    const shown = describe(cell);
    if (cells.length > 0 && characters + shown.length > range.characters) break;
    characters += shown.length;
    cells.push(cell);
    pending += `${pending === '' ? '' : '\n\n'}${shown.slice(0, range.characters)}`;
    for (const { image } of cell.outputs ?? []) {
      if (image === undefined) continue;
      imageText += image.image_data.length;
      if (++images > MOST_IMAGES || imageText > MOST_IMAGE_TEXT) {
        pending += '\n[an image is left out: there are too many]';
        continue;
      }
      flush();
      blocks.push({ type: 'image', source: { type: 'base64', media_type: image.media_type, data: image.image_data } });
    }
  }
  const last = range.start + cells.length - 1;
  if (cells.length === 0) {
    pending =
      all.length === 0
        ? '(the notebook has no cells)'
        : `(it has ${all.length} cells; there is no cell ${range.start})`;
  } else if (last < all.length) {
    pending += `\n\n[PARTIAL: cells ${range.start}-${last} of ${all.length}. Read on with offset ${last + 1}.]`;
  }
  flush();
  const [first] = blocks;
  const content = blocks.length === 1 && first?.type === 'text' ? first.text : blocks;
  return { content, output: { type: 'notebook', file: { filePath: path, cells } } };
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined; // it is shown as the text that it is
  }
}

function cellOf(value: unknown, at: number, language: string | undefined): NotebookCell {
  const cell = isFields(value) ? value : {};
  const cellType = typeof cell.cell_type === 'string' ? cell.cell_type : 'unknown';
  const count = cell.execution_count;
  const outputs = Array.isArray(cell.outputs) ? cell.outputs.filter(isFields).flatMap(outputOf) : [];
  return {
    cell_id: typeof cell.id === 'string' ? cell.id : `cell-${at}`,
    cellType,
    source: joined(cell.source),
    ...(typeof count === 'number' && { execution_count: count }),
    ...(cellType === 'code' && language !== undefined && { language }),
    ...(outputs.length > 0 && { outputs }),
  };
}

function outputOf(output: Fields): readonly CellOutput[] {
  const output_type = typeof output.output_type === 'string' ? output.output_type : 'unknown';
  if (output_type === 'stream') return [{ output_type, text: cut(joined(output.text)) }];
  if (output_type === 'error') {
    const trace = Array.isArray(output.traceback) ? output.traceback.join('\n') : '';
    return [{ output_type, text: cut(plain(trace) || `${joined(output.ename)}: ${joined(output.evalue)}`) }];
  }
  const data = isFields(output.data) ? output.data : {};
  const text = joined(data['text/plain'] ?? data['text/markdown'] ?? data['text/html']);
  const type = IMAGES.find((one) => data[one] !== undefined);
  const image = type === undefined ? '' : joined(data[type]).replace(/\s/g, '');
  const fits = image !== '' && image.length <= (MOST_IMAGE * 4) / 3;
  const note = image !== '' && !fits ? '[an image is left out: it is too large]' : '';
  return [
    {
      output_type,
      ...((text !== '' || note !== '') && { text: cut([text, note].filter((one) => one !== '').join('\n')) }),
      ...(fits && { image: { image_data: image, media_type: type! } }),
    },
  ];
}

function describe({ cell_id, cellType, source, execution_count, outputs = [] }: NotebookCell): string {
  const ran = execution_count === undefined ? '' : `, run ${execution_count}`;
  const texts = outputs.flatMap(({ text }) => (text === undefined || text.trim() === '' ? [] : [text.trimEnd()]));
  const shown = texts.length === 0 ? '' : `\n[output of ${cell_id}]\n${texts.join('\n')}`;
  return `[cell ${cell_id}: ${cellType}${ran}]\n${source}${shown}`;
}

function languageOf({ metadata }: Fields): string | undefined {
  if (!isFields(metadata)) return undefined;
  for (const [field, name] of [
    ['language_info', 'name'],
    ['kernelspec', 'language'],
  ] as const) {
    const info = metadata[field];
    if (isFields(info) && typeof info[name] === 'string') return info[name];
  }
  return undefined;
}

/** Notebooks keep text as one string or as a list of lines. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('') : '';
}

function cut(text: string): string {
  if (text.length <= MOST_OUTPUT) return text;
  const half = MOST_OUTPUT / 2;
  return `${text.slice(0, half)}\n[... ${text.length - MOST_OUTPUT} characters left out ...]\n${text.slice(-half)}`;
}

/** Without the codes of colours. */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
