import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';

const newline = 0x0a;

/**
 * A transcript that lines are appended to. The file is opened with the first lines, and each call is one write, so
 * that a process that is killed loses at most the line it was writing.
 */
export class TranscriptFile {
  readonly path: string;
  #fd: number | undefined;
  #broken = false;
  readonly #failed: (error: Error) => void;

  /** @param failed told once, when the file can no longer be written; later lines are dropped */
  constructor(path: string, failed: (error: Error) => void) {
    this.path = path;
    this.#failed = failed;
  }

  /** Appends whole lines. */
  append(lines: string): void {
    if (this.#broken) return;
    try {
      if (this.#fd === undefined) {
        makeFolder(dirname(this.path), 0o700);
        this.#fd = openSync(this.path, constants.O_APPEND | constants.O_CREAT | constants.O_RDWR, 0o600);
        if (endsTorn(this.#fd)) lines = `\n${lines}`;
      }
      writeWhole(this.#fd, lines);
    } catch (error) {
      this.#broken = true;
      this.close();
      this.#failed(error as Error);
    }
  }

  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** True when the last line has no end: its writer was killed. */
function endsTorn(fd: number): boolean {
  const { size } = fstatSync(fd);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] !== newline;
}

function writeWhole(fd: number, text: string): void {
  const length = Buffer.byteLength(text);
  let written = writeSync(fd, text);
  if (written === length) return;
  const bytes = Buffer.from(text);
  // a full disk takes a part; the next write then says why
  while (written < length) written += writeSync(fd, bytes, written);
}
