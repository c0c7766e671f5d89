import { rename } from 'node:fs/promises';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
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
      if (text === undefined) return {};
      return decisionsIn(parseJson(text));
    } catch (error) {
      const aside = `${this.path}.corrupt-${Date.now()}`;
      const kept = await rename(this.path, aside).then(
        () => `; it is kept as ${aside}`,
        () => '', // it stays where it is
      );
      this.#warn(`${this.path}: ${(error as Error).message}; no folder counts as trusted${kept}`);
      return {};
    }
  }
}

function decisionsIn(value: unknown): Decisions {
  const folders = isRecord(value) && value.version === 1 ? value.folders : undefined;
  if (!isRecord(folders)) throw new Error('must hold decisions about folders, version 1');
  for (const list of Object.values(folders)) {
    if (!Array.isArray(list) || !list.every(isDecision)) throw new Error('holds something that is no decision');
  }
  return folders as Decisions;
}

function isDecision(value: unknown): value is StoredDecision {
  if (!isRecord(value) || typeof value.trusted !== 'boolean' || typeof value.time !== 'string') return false;
  return isRecord(value.kinds) && Object.values(value.kinds).every((hash) => typeof hash === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
