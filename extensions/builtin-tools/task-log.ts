import { createWriteStream, type WriteStream } from 'node:fs';

/** Characters of the end that are kept in memory, and of a log without a file also of the start. */
const KEPT = 128 * 1024;
/** Bytes of one file; what comes after shows only as long as it is the end. */
const FILE_LIMIT = 32 * 1024 * 1024;

/** Milliseconds to wait after each piece that is not kept. */
const SLOW = 20;

/**
 * What a task puts out: its end in memory, and from `open` on the first part of it, up to a limit, in a file that can be
 * read meanwhile.
 */
export class TaskLog {
  private readonly limit: number;
  private head = '';
  private tail: string[] = [];
  private tailLength = 0;
  private length = 0;
  private shown = 0;
  private file: WriteStream | undefined;
  private written = 0;
  private full = false;
  private closed = false;
  private problem: string | undefined;

  constructor(limit = FILE_LIMIT) {
    this.limit = limit;
  }

  /** A promise means: write more when it resolves. */
  write(text: string): Promise<void> | undefined {
    if (text === '' || this.closed) return undefined;
    if (this.head.length < KEPT) this.head += text.slice(0, KEPT - this.head.length);
    this.tail.push(text.length > KEPT ? text.slice(-KEPT) : text);
    this.tailLength += this.tail.at(-1)!.length;
    while (this.tail.length > 1 && this.tailLength - this.tail[0]!.length >= KEPT) {
      this.tailLength -= this.tail.shift()!.length;
    }
    // many small pieces would take more memory than the text in them
    if (this.tail.length > 4_096) this.tail = [this.tail.join('')];
    this.length += text.length;
    return this.save(text);
  }

  /** Puts what came so far into a new file, and from now on what comes. Resolves when the file is there. */
  async open(path: string): Promise<void> {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    file.on('error', (error) => {
      this.problem = `the file could not be written: ${error.message}`;
    });
    await new Promise<void>((done) => {
      file.once('open', () => done());
      file.once('close', () => done());
    });
    this.file = file;
    if (this.length > 0) void this.save(this.since(0, Number.POSITIVE_INFINITY));
  }

  /** Takes no more. Resolves when all of it is in the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const { file } = this;
    if (file === undefined || file.destroyed) return;
    await new Promise<void>((done) => {
      file.once('close', done);
      file.end();
    });
  }

  /** What came since the last call, at most `most` characters of it: its start and its end. */
  unread(most: number): string {
    const from = this.shown;
    this.shown = this.length;
    const text = this.since(from, most);
    return this.problem === undefined ? text : `${text}\n[${this.problem}]`;
  }

  /** What came so far, at most `most` characters of it: its start and its end. */
  all(most: number): string {
    return this.since(0, most);
  }

  private save(text: string): Promise<void> | undefined {
    const { file } = this;
    if (file === undefined) return undefined;
    // a program without end must not take all of the processor for nothing
    if (this.full || file.destroyed) return new Promise((resolve) => setTimeout(resolve, SLOW));
    const bytes = Buffer.from(text, 'utf8');
    this.written += bytes.length;
    if (this.written > this.limit) {
      this.full = true;
      file.write(bytes.subarray(0, bytes.length - (this.written - this.limit)));
      file.write(`\n[... what came after the first ${this.limit} bytes is not kept ...]\n`);
      return undefined;
    }
    if (file.write(bytes)) return undefined;
    return new Promise((resolve) => {
      const go = () => {
        file.off('drain', go);
        file.off('close', go);
        resolve();
      };
      file.on('drain', go);
      file.on('close', go);
    });
  }

  /** What came after the first `from` characters, cut in the middle where it is longer than `most` or not kept. */
  private since(from: number, most: number): string {
    const { head, length } = this;
    const tail = this.tail.join('');
    const tailFrom = length - tail.length;
    const wanted = length - from;
    if (wanted <= most) {
      if (from >= tailFrom) return tail.slice(from - tailFrom);
      if (tailFrom <= head.length) return head.slice(from) + tail.slice(head.length - tailFrom);
    }
    const half = Math.floor(Math.min(most, KEPT * 2) / 2);
    const start = head.slice(from, from + half);
    const end = tail.slice(-Math.min(half, wanted - start.length));
    return `${start}\n[... ${wanted - start.length - end.length} characters left out ...]\n${end}`;
  }
}
