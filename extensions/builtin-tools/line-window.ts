import type { FileHandle } from 'node:fs/promises';

/** Characters of one line that are shown. */
const LINE_LIMIT = 2_000;
/** Bytes read at once. */
const CHUNK = 256 * 1024;

/** Which lines are wanted. */
export interface LineRange {
  /** Counted from 1. */
  readonly start: number;
  readonly count: number;
  /** Characters of all lines together; the first line is given in any case. */
  readonly characters: number;
}

/** Some lines of a text. */
export interface LineWindow {
  readonly lines: readonly string[];
  /** True when there are lines after these. */
  readonly more: boolean;
  /** All lines of the text, or those up to the end of the window when the rest was not read. */
  readonly total: number;
}

/** A line as it is shown: without a carriage return at its end, and not longer than the limit. */
function shown(line: string, length: number): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (text.length <= LINE_LIMIT) return text;
  return `${text.slice(0, LINE_LIMIT)} [... line cut, ${length} characters in all]`;
}

/** The lines of a text that is in memory. A line end at the end of the text starts no further line. */
export function textWindow(text: string, range: LineRange): LineWindow {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  const lines: string[] = [];
  let characters = 0;
  for (let at = range.start - 1; at < all.length && lines.length < range.count; at++) {
    const line = shown(all[at]!, all[at]!.length);
    characters += line.length + 1;
    if (lines.length > 0 && characters > range.characters) break;
    lines.push(line);
  }
  return { lines, more: range.start - 1 + lines.length < all.length, total: all.length };
}

/**
 * The lines of an open UTF-8 file, read only as far as the window goes and never held as a whole.
 * @throws Error when a line of the window holds a NUL byte: the file is no text
 */
export async function fileWindow(handle: FileHandle, range: LineRange, signal: AbortSignal): Promise<LineWindow> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  const lines: string[] = [];
  let number = 1;
  let characters = 0;
  let parts: Buffer[] = [];
  let kept = 0;
  let length = 0;
  // the part of a line that can be shown is kept: four bytes a character at most
  const keep = (bytes: Buffer) => {
    const part = bytes.subarray(0, Math.max(0, LINE_LIMIT * 4 + 4 - kept));
    if (part.includes(0)) throw new Error('the file is not text: it holds NUL bytes');
    if (part.length > 0) parts.push(Buffer.from(part));
    kept += part.length;
    length += bytes.length;
  };
  /** Gives false when the line has no place in the window any more. */
  const close = (): boolean => {
    const text = Buffer.concat(parts).toString('utf8');
    const line = shown(number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text, length);
    if (lines.length > 0 && characters + line.length + 1 > range.characters) return false;
    characters += line.length + 1;
    lines.push(line);
    parts = [];
    kept = length = 0;
    return true;
  };
  const full = () => lines.length >= range.count;
  for (let position = 0; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    let from = 0;
    while (from < bytesRead) {
      if (full()) return { lines, more: true, total: number - 1 };
      const end = chunk.indexOf(10, from);
      if (number >= range.start) {
        keep(chunk.subarray(from, end < 0 ? bytesRead : end));
        // a line without end that is far too long already: the rest of it would only be skipped
        if (end < 0 && lines.length > 0 && characters + Math.min(kept, LINE_LIMIT) > range.characters) {
          return { lines, more: true, total: number - 1 };
        }
      }
      if (end < 0) break;
      if (number >= range.start && !close()) return { lines, more: true, total: number - 1 };
      number++;
      from = end + 1;
    }
    if (full() && from < bytesRead) return { lines, more: true, total: number - 1 };
  }
  if (length > 0 && number >= range.start && close()) number++;
  return { lines, more: false, total: number - 1 };
}
