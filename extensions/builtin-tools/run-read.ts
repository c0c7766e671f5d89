import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { rememberFile } from './file-records.ts';
import { inputPath } from './input-path.ts';
import { fileWindow, type LineRange, type LineWindow, textWindow } from './line-window.ts';
import { mediaType } from './media-type.ts';
import { numbered } from './numbered.ts';
import { readBytes } from './read-bytes.ts';
import type { ImageOutput } from './read-image.ts';
import type { NotebookOutput } from './read-notebook.ts';
import type { PdfOutput } from './read-pdf.ts';
import { openRegular, type RegularFile } from './regular-file.ts';
import type { ReadInput } from './schemas/read.schema.ts';
import { decodeText, detectEncoding } from './text-encoding.ts';
import type { Workbench } from './workbench.ts';

export type ReadOutput =
  | {
      readonly type: 'text';
      readonly file: {
        readonly filePath: string;
        /** The lines without their numbers. */
        readonly content: string;
        readonly numLines: number;
        readonly startLine: number;
        /** Of a file too large to be read as a whole: the lines up to the last one shown. */
        readonly totalLines: number;
      };
    }
  | NotebookOutput
  | ImageOutput
  | PdfOutput;

const DEFAULT_LINES = 2_000;
/** Characters of one result. */
const MOST_CHARACTERS = 100_000;
/** Bytes of the largest file that is read as a whole. */
const WHOLE = 10 * 1024 * 1024;
/** Bytes that tell what a larger one is. */
const SAMPLE = 8_192;
/** @throws Error when the file cannot be read, saying why and what to do */
export async function runRead(
  bench: Workbench,
  input: ReadInput,
  context: ToolContext,
): Promise<ToolResult<ReadOutput>> {
  const { session, signal } = context;
  const path = inputPath(input.file_path, session.cwd, bench.host.home);
  const file = await openRegular(path, session.cwd, context);
  try {
    const large = file.stats.size > WHOLE;
    const bytes = await readBytes(file.handle, large ? SAMPLE : WHOLE + 1);
    const media = mediaType(bytes);
    if (media?.kind === 'pdf') {
      return await (await import('./read-pdf.ts')).readPdf(file, path, input.pages, signal);
    }
    if (input.pages !== undefined) throw new Error(`${path} is not a PDF file; leave pages out`);
    if (media !== undefined) return await (await import('./read-image.ts')).readImage(file, path, media.type);
    const range: LineRange = {
      start: Math.max(1, input.offset ?? 1),
      count: input.limit ?? DEFAULT_LINES,
      characters: MOST_CHARACTERS,
    };
    if (!large && path.endsWith('.ipynb')) {
      const shown = await readCells(file, path, bytes, range, context);
      if (shown !== undefined) return shown;
    }
    const window = await (large ? readLarge : readWhole)(file, path, bytes, range, context);
    signal.throwIfAborted();
    return render(path, window, range, file);
  } finally {
    await file.handle.close();
  }
}

async function readCells(
  file: RegularFile,
  path: string,
  bytes: Buffer,
  range: LineRange,
  context: ToolContext,
): Promise<ToolResult<NotebookOutput> | undefined> {
  const { readNotebook } = await import('./read-notebook.ts');
  const shown = readNotebook(path, decodeText(bytes)?.text ?? '', range);
  if (shown !== undefined) rememberFile(context.session, file.real, file.stats, bytes);
  return shown;
}

function readWhole(file: RegularFile, path: string, bytes: Buffer, range: LineRange, context: ToolContext): LineWindow {
  const decoded = decodeText(bytes);
  if (decoded === undefined) throw notText(path);
  rememberFile(context.session, file.real, file.stats, bytes);
  return textWindow(decoded.text, range);
}

async function readLarge(
  file: RegularFile,
  path: string,
  head: Buffer,
  range: LineRange,
  context: ToolContext,
): Promise<LineWindow> {
  const encoding = detectEncoding(head);
  if (encoding === undefined) throw notText(path);
  if (encoding.name !== 'utf8') {
    throw new Error(`${path} is UTF-16 text of more than ${WHOLE} bytes; convert it to UTF-8 first (iconv in Bash)`);
  }
  try {
    const window = await fileWindow(file.handle, range, context.signal);
    rememberFile(context.session, file.real, file.stats);
    return window;
  } catch (error) {
    if (context.signal.aborted) throw error;
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

function render(path: string, window: LineWindow, range: LineRange, file: RegularFile): ToolResult<ReadOutput> {
  const { lines, more, total } = window;
  const output: ReadOutput = {
    type: 'text',
    file: {
      filePath: path,
      content: lines.join('\n'),
      numLines: lines.length,
      startLine: range.start,
      totalLines: total,
    },
  };
  if (lines.length === 0) {
    const content =
      total === 0 ? '(the file exists but is empty)' : `(the file has ${total} lines; there is no line ${range.start})`;
    return { content, output };
  }
  const last = range.start + lines.length - 1;
  const of = file.stats.size > WHOLE ? `${file.stats.size} bytes` : `${total} lines`;
  const note = more ? `\n\n[PARTIAL: lines ${range.start}-${last} of ${of}. Read on with offset ${last + 1}.]` : '';
  return { content: numbered(lines, range.start) + note, output };
}

function notText(path: string): Error {
  return new Error(`${path} is not text; look at it with a tool for its format in Bash (file, xxd, ...)`);
}
