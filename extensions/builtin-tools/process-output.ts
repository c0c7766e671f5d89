import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { clock } from 'tenon/plugin-api/lib/clock';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

type Heard = (text: string) => unknown;

/** What a stream is kept with. */
export interface OutputLimits {
  /** Bytes in memory. */
  readonly memory: number;
  /** Bytes on disk; what comes after is dropped. 0: no file. */
  readonly file: number;
}

/**
 * Keeps the output of one stream in bounded memory: its start and its end, and the whole of it in a file once it is
 * longer than that.
 */
export class ProcessOutput {
  private readonly limit: number;
  private readonly fileLimit: number;
  private readonly folder: () => Promise<string>;
  private readonly heard: Heard | undefined;
  private decoder: StringDecoder | undefined;
  private head: Buffer[] = [];
  private headBytes = 0;
  private tail: Buffer[] = [];
  private tailBytes = 0;
  private bytes = 0;
  private long = false;
  private file: Promise<WriteStream | undefined> | undefined;
  private path: string | undefined;
  private problem: string | undefined;
  private written = 0;
  private stopped = false;
  private holds = 0;
  /** When output came last, by `clock()`. */
  last = 0;
  /** True while output waits for the disk. */
  busy = false;

  constructor(limits: OutputLimits, folder: () => Promise<string>, heard?: Heard) {
    this.limit = limits.memory;
    this.fileLimit = limits.file;
    this.folder = folder;
    this.heard = heard;
  }

  /** Takes what comes from a stream. */
  follow(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      if (this.stopped) return;
      this.last = clock();
      this.add(chunk, stream);
    });
    // a pipe that breaks is the end of its output; the exit code tells what happened
    stream.on('error', () => undefined);
  }

  /** Takes no more and gives the text, and the file that holds all of it when it is long. */
  async end(): Promise<{ readonly text: string; readonly path: string | undefined }> {
    this.stopped = true;
    if (!this.long) return { text: this.bytes === 0 ? '' : Buffer.concat(this.head).toString('utf8'), path: undefined };
    const file = await this.file;
    if (file !== undefined) await new Promise<void>((done) => file.end(done));
    const kept = Buffer.concat(this.tail);
    const end = cutStart(kept.subarray(Math.max(0, kept.length - this.limit / 2)));
    const start = cutEnd(Buffer.concat(this.head).subarray(0, this.limit / 2));
    const missing = this.bytes - start.length - end.length;
    if (file !== undefined && this.written >= this.fileLimit) {
      this.problem ??= `the file holds the first ${this.fileLimit} bytes`;
    }
    const why = this.problem === undefined ? '' : `; ${this.problem}`;
    const text = `${start.toString('utf8')}\n[... ${missing} bytes left out${why} ...]\n${end.toString('utf8')}`;
    return { text, path: file === undefined ? undefined : this.path };
  }

  private add(chunk: Buffer, stream: Readable): void {
    this.bytes += chunk.length;
    if (this.heard !== undefined) {
      this.decoder ??= new StringDecoder('utf8');
      const full = this.heard(this.decoder.write(chunk));
      if (full instanceof Promise) void this.hold(stream, full);
    }
    if (!this.long) {
      this.head.push(chunk);
      this.headBytes += chunk.length;
      if (this.headBytes <= this.limit) return;
      // the start is kept as one buffer of its own size: the pieces would hold on to larger ones
      const all = this.head;
      this.head = [Buffer.from(Buffer.concat(all).subarray(0, this.limit))];
      for (const one of all) this.keepTail(one);
      this.long = true;
      if (this.fileLimit > 0) {
        this.file = this.open();
        void this.save(all, stream);
      }
      return;
    }
    this.keepTail(chunk);
    if (this.file !== undefined) void this.save([chunk], stream);
  }

  private keepTail(chunk: Buffer): void {
    this.tail.push(chunk.length > this.limit ? Buffer.from(chunk.subarray(chunk.length - this.limit)) : chunk);
    this.tailBytes += this.tail.at(-1)!.length;
    while (this.tail.length > 1 && this.tailBytes - this.tail[0]!.length >= this.limit) {
      this.tailBytes -= this.tail.shift()!.length;
    }
  }

  private async open(): Promise<WriteStream | undefined> {
    try {
      this.path = join(await this.folder(), `${randomUuid()}.txt`);
      const file = createWriteStream(this.path, { flags: 'wx', mode: 0o600 });
      file.on('error', (error) => {
        this.problem = `they could not be kept: ${error.message}`;
      });
      return file;
    } catch (error) {
      this.problem = `they could not be kept: ${(error as Error).message}`;
      return undefined;
    }
  }

  /** Stops reading until whoever listens has room; several may hold a stream at once. */
  private async hold(stream: Readable, full: Promise<unknown>): Promise<void> {
    this.holds++;
    stream.pause();
    await full.catch(() => undefined); // whoever listens knows of it
    if (--this.holds === 0) stream.resume();
  }

  /** Writes to the file, and stops reading while the disk is slower than the program. */
  private async save(chunks: readonly Buffer[], stream: Readable): Promise<void> {
    this.busy = true;
    await this.hold(stream, this.write(chunks));
    this.busy = this.holds > 0;
  }

  private async write(chunks: readonly Buffer[]): Promise<void> {
    const file = await this.file;
    for (const chunk of chunks) {
      if (file === undefined || file.destroyed || file.writableEnded || this.written >= this.fileLimit) break;
      const part = chunk.subarray(0, this.fileLimit - this.written);
      this.written += part.length;
      if (!file.write(part)) {
        await new Promise<void>((done) => {
          const go = () => {
            file.off('drain', go);
            file.off('close', go);
            done();
          };
          file.on('drain', go);
          file.on('close', go);
        });
      }
    }
  }
}

/** Without the rest of a character that was cut in two. */
function cutStart(bytes: Buffer): Buffer {
  let at = 0;
  while (at < 3 && at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at++;
  return bytes.subarray(at);
}

function cutEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
