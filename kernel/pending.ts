import type { PendingWait } from '../plugin-api/index.ts';

// Date.now: the performance clock costs a millisecond to load, at every start of the program
interface Wait {
  readonly extension: string;
  readonly what: string;
  readonly since: number;
}

/** Every wait for an extension, so that whoever waits can be told for whom. */
export class Pending {
  private readonly waits = new Set<Wait>();

  /** Notes a wait; the function it gives ends it. */
  begin(extension: string, what: string): () => void {
    const wait: Wait = { extension, what, since: Date.now() };
    this.waits.add(wait);
    return () => void this.waits.delete(wait);
  }

  list(): readonly PendingWait[] {
    const now = Date.now();
    return [...this.waits].map(({ extension, what, since }) => ({ extension, what, ms: now - since }));
  }

  /** True while somebody waits for `extension`. */
  waitsFor(extension: string): boolean {
    for (const wait of this.waits) if (wait.extension === extension) return true;
    return false;
  }
}
