import type { TextOutput } from 'tenon/plugin-api';

const batch = 64 * 1024;

/** Writes lines to an output in batches: what comes in one go of the event loop is one write. */
export class LineWriter {
  readonly #out: TextOutput;
  #waiting = '';
  #scheduled: NodeJS.Immediate | undefined;
  #full: Promise<void> | undefined;

  constructor(out: TextOutput) {
    this.#out = out;
  }

  /** A promise means that the reader is slow and the caller should wait. */
  write(line: string): Promise<void> | undefined {
    this.#waiting += line;
    if (this.#waiting.length >= batch) this.#flush();
    else this.#scheduled ??= setImmediate(() => this.#flush());
    return this.#full;
  }

  /** Resolves when everything is with the reader, or the reader is gone. */
  async end(): Promise<void> {
    this.#flush();
    await this.#out.drained();
  }

  #flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#waiting === '') return;
    const text = this.#waiting;
    this.#waiting = '';
    const full = this.#out.write(text);
    if (full === undefined) return;
    const wait: Promise<void> = full.finally(() => {
      if (this.#full === wait) this.#full = undefined;
    });
    this.#full = wait;
  }
}
