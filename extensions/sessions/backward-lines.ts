import { type FileHandle, open } from 'node:fs/promises';

const newline = 0x0a;

/**
 * The lines of a file from the last to the first, as bytes without line ends; empty lines are left out. Nothing before
 * the point where the caller stops is read.
 * @param chunk bytes read at a time; a line may be longer
 * @throws the file system's error
 */
export async function* backwardLines(path: string, chunk = 1 << 20): AsyncGenerator<Buffer[], void, void> {
  const file = await open(path, 'r');
  try {
    let end = (await file.stat()).size;
    // the pieces of a line whose start is not read yet, last piece first
    let rest: Buffer[] = [];
    while (end > 0) {
      const start = Math.max(0, end - chunk);
      const bytes = await readRange(file, start, end);
      end = start;
      const lines: Buffer[] = [];
      let lineEnd = bytes.length;
      for (let at = bytes.lastIndexOf(newline); at !== -1; at = at === 0 ? -1 : bytes.lastIndexOf(newline, at - 1)) {
        const piece = bytes.subarray(at + 1, lineEnd);
        lineEnd = at;
        const line = rest.length === 0 ? piece : Buffer.concat([piece, ...rest.reverse()]);
        rest = [];
        if (line.length > 0) lines.push(line);
      }
      if (lineEnd > 0) rest.push(bytes.subarray(0, lineEnd));
      if (lines.length > 0) yield lines;
    }
    if (rest.length > 0) yield [Buffer.concat(rest.reverse())];
  } finally {
    await file.close();
  }
}

async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
