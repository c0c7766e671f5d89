import { readBounded } from 'tenon/plugin-api/lib/read-bounded';

/** One decision about what a folder brought along at that time. */
export interface StoredDecision {
  readonly trusted: boolean;
  /** ISO 8601. */
  readonly time: string;
  /** A hash for each kind of finding. */
  readonly kinds: Readonly<Record<string, string>>;
}

/** Decisions by the real path of a repository, the newest first. */
export type Decisions = Readonly<Record<string, readonly StoredDecision[]>>;

/** The file that decisions are kept in. */
export class TrustStore {
  readonly path: string;
  readonly #warn: (message: string) => void;

  constructor(path: string, warn: (message: string) => void) {
    this.path = path;
    this.#warn = warn;
  }

  /** The decisions about a repository, the newest first. A file that makes no sense is put aside and said so. */
  async of(key: string): Promise<readonly StoredDecision[]> {
    const all = await this.all();
    return Object.hasOwn(all, key) ? (all[key] ?? []) : [];
  }

  /** All decisions, by the real path of a repository. */
  async all(): Promise<Decisions> {
    try {
      const text = await readBounded(this.path);
      return text === undefined ? {} : (await import('./stored-decisions.ts')).decisionsIn(text);
    } catch (error) {
      await (await import('./stored-decisions.ts')).putAside(this.path, error as Error, this.#warn);
      return {};
    }
  }
}
