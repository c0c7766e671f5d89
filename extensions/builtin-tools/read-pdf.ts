import type { ToolResult } from 'tenon/plugin-api';
import { pageRange } from './page-range.ts';
import { canReadPdf, type PdfText, pdfText } from './pdf-text.ts';
import { readBytes } from './read-bytes.ts';
import type { RegularFile } from './regular-file.ts';

export type PdfOutput =
  | {
      readonly type: 'pdf';
      readonly file: { readonly filePath: string; readonly base64: string; readonly originalSize: number };
    }
  | {
      readonly type: 'parts';
      readonly file: {
        readonly filePath: string;
        readonly originalSize: number;
        /** Pages that were read. */
        readonly count: number;
        readonly totalPages: number;
        readonly content: string;
      };
    };

/** Bytes of a file that goes to the model as it is; each further request holds it again. */
const MOST_WHOLE = 10_000_000;
/** Pages of such a file: each costs some thousand tokens. */
const MOST_PAGES = 20;
/** Bytes of a file whose text is read. */
const MOST_TEXT = 100_000_000;

/** @throws Error when it is too large, or cannot be read, saying what to do */
export async function readPdf(
  file: RegularFile,
  path: string,
  pages: string | undefined,
  signal: AbortSignal,
): Promise<ToolResult<PdfOutput>> {
  const size = Number(file.stats.size);
  if (pages !== undefined) return readPages(file, path, pages, signal);
  if (size > MOST_WHOLE) {
    throw new Error(
      `${path} is a PDF file of ${size} bytes; at most ${MOST_WHOLE} can be read as a whole. Read a part of its text with pages ("1-${MOST_PAGES}")`,
    );
  }
  const bytes = await readBytes(file.handle, MOST_WHOLE);
  if (canReadPdf()) {
    // a document that the provider refuses would spoil every later request of the conversation
    const { count } = await read(bytes, path, 1, 0, signal);
    if (count > MOST_PAGES) {
      throw new Error(
        `${path} has ${count} pages; at most ${MOST_PAGES} can be read as a whole. Read the text of some with pages ("1-${MOST_PAGES}")`,
      );
    }
  }
  const base64 = bytes.toString('base64');
  return {
    content: [{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: base64 } }],
    output: { type: 'pdf', file: { filePath: path, base64, originalSize: size } },
  };
}

async function readPages(
  file: RegularFile,
  path: string,
  pages: string,
  signal: AbortSignal,
): Promise<ToolResult<PdfOutput>> {
  const { first, last } = pageRange(pages);
  const size = Number(file.stats.size);
  if (!canReadPdf()) {
    throw new Error(
      'the text of PDF files cannot be read here (the package unpdf is not installed); leave pages out, or use pdftotext in Bash',
    );
  }
  if (size > MOST_TEXT) {
    throw new Error(`${path} is a PDF file of ${size} bytes; at most ${MOST_TEXT} can be read. Use pdftotext in Bash`);
  }
  const text = await read(await readBytes(file.handle, MOST_TEXT), path, first, last, signal);
  if (text.pages.length === 0) throw new Error(`${path} has ${text.count} pages; there is no page ${first}`);
  const content = text.pages
    .map(
      (page) => `--- page ${page.number} of ${text.count} ---\n${page.text.trim() || '(no text; it may be a picture)'}`,
    )
    .join('\n\n');
  return {
    content,
    output: {
      type: 'parts',
      file: { filePath: path, originalSize: size, count: text.pages.length, totalPages: text.count, content },
    },
  };
}

async function read(bytes: Buffer, path: string, first: number, last: number, signal: AbortSignal): Promise<PdfText> {
  try {
    return await pdfText(bytes, first, last, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const { message } = error as Error;
    const why = /password/i.test(message) ? 'it is protected by a password' : message;
    throw new Error(`${path} cannot be read as a PDF file: ${why}`, { cause: error });
  }
}
