import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';

/** Bytes of the file; then it becomes the older one, and the older one before is gone. */
const MOST = 1_000_000;
/** Lines that may wait for the disk. */
const QUEUE = 1_000;

/** Notes guards that gave no answer, in `audit.jsonl` of the extension's folder. */
export class AuditLog {
  private readonly folder: () => Promise<string>;
  private readonly failed: (error: unknown) => void;
  private writing: Promise<void> = Promise.resolve();
  private waiting = 0;

  /** @param failed told of a line that could not be written */
  constructor(folder: () => Promise<string>, failed: (error: unknown) => void) {
    this.folder = folder;
    this.failed = failed;
  }

  add(entry: JsonObject): void {
    if (this.waiting >= QUEUE) {
      this.failed(new Error('too many lines wait for the disk'));
      return;
    }
    this.waiting++;
    const line = `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`;
    this.writing = this.writing
      .then(() => this.write(line))
      .catch(this.failed)
      .finally(() => {
        this.waiting--;
      });
  }

  /** Resolves when all lines are written. */
  settled(): Promise<void> {
    return this.writing;
  }

  private async write(line: string): Promise<void> {
    const path = join(await this.folder(), 'audit.jsonl');
    const size = await stat(path).then(
      (found) => found.size,
      () => 0, // absent: the first line makes it
    );
    if (size + line.length > MOST) await rename(path, `${path}.1`);
    await appendFile(path, line, { mode: 0o600 });
  }
}
