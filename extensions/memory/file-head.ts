import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { FILE_CHARACTERS } from './limits.ts';

/** The beginning of a text file. */
export interface FileHead {
  readonly text: string;
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** True when there is more in the file than `text`. */
  readonly cut: boolean;
}

/** A character of UTF-8 takes up to four bytes. */
const HEAD_BYTES = FILE_CHARACTERS * 4;

/**
 * Reads the beginning of a file whose path has no symbolic links left in it. Whoever wrote the files of a folder may have
 * put anything there: a pipe cannot make it wait, and a link that appears in between is not followed.
 * @throws Error without the path in its message
 */
export function readHead(path: string): FileHead {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'EACCES' || code === 'EPERM' ? 'cannot be read: no permission' : (code ?? message));
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new Error('is not a regular file');
    const buffer = Buffer.alloc(Math.min(found.size, HEAD_BYTES));
    const length = buffer.length === 0 ? 0 : readSync(file, buffer, 0, buffer.length, 0);
    const head = buffer.subarray(0, length);
    return { text: decode(head), bytes: found.size, cut: found.size > length };
  } finally {
    closeSync(file);
  }
}

/** UTF-8, or UTF-16 with its mark, as Windows editors write it. */
function decode(head: Buffer): string {
  const text =
    head[0] === 0xff && head[1] === 0xfe ? new TextDecoder('utf-16le').decode(head) : new TextDecoder().decode(head);
  if (text.includes('\0')) throw new Error('is not a text file');
  return text;
}
