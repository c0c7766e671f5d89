import type { FileHandle } from 'node:fs/promises';
import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { rememberFile } from './file-records.ts';
import { inputPath } from './input-path.ts';
import { fileWindow, type LineRange, type LineWindow, textWindow } from './line-window.ts';
import { type MediaFile, mediaType } from './media-type.ts';
import { numbered } from './numbered.ts';
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
  | {
      readonly type: 'image';
      readonly file: { readonly base64: string; readonly type: string; readonly originalSize: number };
    }
  | {
      readonly type: 'pdf';
      readonly file: { readonly filePath: string; readonly base64: string; readonly originalSize: number };
    };

const DEFAULT_LINES = 2_000;
/** Characters of one result. */
const MOST_CHARACTERS = 100_000;
/** Bytes of the largest file that is read as a whole. */
const WHOLE = 10 * 1024 * 1024;
/** Bytes that tell what a larger one is. */
const SAMPLE = 8_192;
/** Bytes of an image or PDF; the API takes 5 MB of base64 for an image. */
const MOST_MEDIA = 3_700_000;

/** @throws Error when the file cannot be read, saying why and what to do */
export async function runRead(
  bench: Workbench,
  input: ReadInput,
  context: ToolContext,
): Promise<ToolResult<ReadOutput>> {
  const { session, signal } = context;
  if (input.pages !== undefined) throw new Error('pages is not supported yet; leave it out to read the whole PDF');
  const path = inputPath(input.file_path, session.cwd, bench.host.home);
  const file = await openRegular(path, session.cwd);
  try {
    const large = file.stats.size > WHOLE;
    const bytes = await readStart(file.handle, large ? SAMPLE : WHOLE + 1);
    const media = mediaType(bytes);
    if (media !== undefined) return await readMedia(file, path, media);
    const range: LineRange = {
      start: Math.max(1, input.offset ?? 1),
      count: input.limit ?? DEFAULT_LINES,
      characters: MOST_CHARACTERS,
    };
    const window = await (large ? readLarge : readWhole)(file, path, bytes, range, context);
    signal.throwIfAborted();
    return render(path, window, range, file);
  } finally {
    await file.handle.close();
  }
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

async function readMedia(file: RegularFile, path: string, media: MediaFile): Promise<ToolResult<ReadOutput>> {
  const size = Number(file.stats.size);
  if (size > MOST_MEDIA) {
    throw new Error(
      `${path} is ${media.what} of ${size} bytes; at most ${MOST_MEDIA} can be read. Make it smaller first`,
    );
  }
  const base64 = (await readStart(file.handle, MOST_MEDIA)).toString('base64');
  const source = { type: 'base64' as const, media_type: media.type, data: base64 };
  if (media.kind === 'image') {
    return {
      content: [{ type: 'image', source }],
      output: { type: 'image', file: { base64, type: media.type, originalSize: size } },
    };
  }
  return {
    content: [{ type: 'document', source }],
    output: { type: 'pdf', file: { filePath: path, base64, originalSize: size } },
  };
}

/** The first bytes of a file, to its end when it is shorter. */
async function readStart(handle: FileHandle, most: number): Promise<Buffer> {
  const { size } = await handle.stat();
  // one more than its size, so that the end shows at the first read; the kernel's own files have no size
  let buffer = Buffer.allocUnsafe(Math.min(most, size === 0 ? 64 * 1024 : size + 1));
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length >= most) return buffer.subarray(0, length);
    if (length < buffer.length) continue;
    const larger = Buffer.allocUnsafe(Math.min(most, buffer.length * 2));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }
}

function notText(path: string): Error {
  return new Error(`${path} is not text; look at it with a tool for its format in Bash (file, xxd, ...)`);
}
