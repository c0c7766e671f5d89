import { readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import type { Contents } from './contents.ts';
import { isObject } from './fields.ts';
import { realOf, type Stamp, unchanged } from './paths.ts';
import { Tree } from './tree.ts';

/** Changes with everything that makes what is kept another thing. */
const VERSION = 1;
/** Roots of other folders and earlier days that are kept beside those of this run. */
const MOST_OTHERS = 60;

/** A boundary of links: the root itself, whatever it is a link to. */
export const ROOT = 'root';

interface Kept {
  readonly stamps: readonly Stamp[];
  readonly contents: Contents;
}

/** How one root is read. */
export interface RootRequest {
  /** Absolute. */
  readonly root: string;
  /** See `Tree`. `root`: the root itself, whatever it is a link to. */
  readonly boundary?: string | undefined;
  /** Whatever else what is read depends on. */
  readonly variant: string;
  /** More files whose change makes it another thing, absolute. */
  readonly also?: readonly string[];
  /** Nobody edits texts in it: folders and other files tell of all changes, and thousands of texts are not looked at. */
  readonly settled?: boolean;
  read(tree: Tree): Promise<Contents>;
}

/**
 * What was read of plugins and folders, kept in one file until one of their files changes. Several programs may use it at
 * once: the file is replaced as a whole, and what one loses another reads again.
 */
export class ComponentIndex {
  readonly #file: string;
  readonly #log: (message: string) => void;
  #kept: Record<string, Kept> | undefined;
  readonly #used = new Map<string, Kept>();
  /** Files that many roots depend on, such as that of a marketplace: one look at each is enough for one discovery. */
  readonly #seen = new Map<string, Stats | undefined>();
  #stale = false;

  /**
   * @param file absolute; it need not exist
   * @param anew what is kept does not count
   */
  constructor(file: string, anew: boolean, log: (message: string) => void) {
    this.#file = file;
    this.#log = log;
    if (anew) this.#kept = {};
  }

  /** What is in a root: as it is kept, where nothing has changed since. */
  async contents(request: RootRequest): Promise<Contents> {
    const { root, boundary, variant, also = [], settled = false } = request;
    const key = JSON.stringify([root, boundary ?? '', variant]);
    this.#kept ??= this.#load();
    const kept = Object.hasOwn(this.#kept, key) ? this.#kept[key] : undefined;
    if (kept !== undefined && isKept(kept) && unchanged(root, kept.stamps, this.#seen)) {
      this.#used.set(key, kept);
      return kept.contents;
    }
    const tree = new Tree(root, boundary === ROOT ? (realOf(root) ?? root) : boundary);
    const contents = await request.read(tree);
    const more = also.map((path): Stamp => {
      const elsewhere = new Tree(path);
      elsewhere.watch('');
      const [, mtime, size] = elsewhere.stamps[0]!;
      return [path, mtime, size];
    });
    // as JSON gives it back, so that it is the same today and tomorrow
    const own = settled ? tree.stamps.filter(([path, mtime]) => mtime === 0 || !path.endsWith('.md')) : tree.stamps;
    const fresh = JSON.parse(JSON.stringify({ stamps: [...own, ...more], contents })) as Kept;
    this.#used.set(key, fresh);
    this.#stale = true;
    return fresh.contents;
  }

  /** Keeps what was read anew. A folder that cannot be written costs time at the next start, and nothing else. */
  async save(): Promise<void> {
    if (!this.#stale) return;
    this.#stale = false;
    // others may have written since
    const before = Object.entries(this.#load()).filter(([key, kept]) => !this.#used.has(key) && isKept(kept));
    const roots = Object.fromEntries([...before.slice(-MOST_OTHERS), ...this.#used]);
    try {
      makeFolder(dirname(this.#file), 0o700);
      await atomicWrite(this.#file, JSON.stringify({ version: VERSION, roots }), 0o600);
    } catch (error) {
      this.#log(
        `${this.#file} cannot be written: ${(error as Error).message}; plugins are read again at the next start`,
      );
    }
  }

  #load(): Record<string, Kept> {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch {
      return {}; // nothing was kept yet, or it cannot be read: everything is read anew
    }
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value) && value.version === VERSION && isObject(value.roots)) {
        return value.roots as Record<string, Kept>;
      }
    } catch {
      this.#log(`${this.#file} is not JSON; it is written anew`);
    }
    return {};
  }
}

function isKept(kept: unknown): kept is Kept {
  return isObject(kept) && Array.isArray(kept.stamps) && isObject(kept.contents) && Array.isArray(kept.contents.skills);
}
