import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginProblem } from 'tenon/plugin-api';
import { MAX_FILE_BYTES } from 'tenon/plugin-api/lib/read-bounded';
import { isInside, realOf, type Stamp, statOf } from './paths.ts';

/** What is in a folder. */
export interface Child {
  readonly name: string;
  /** Below the root, with `/`. */
  readonly path: string;
  readonly folder: boolean;
}

/** The beginning of a file is enough to know what it is. */
const HEAD_BYTES = 65_536;
/** Folders and files that are looked at in one root. */
const MOST_CHILDREN = 20_000;
const DEEPEST = 12;
/** A file that was changed so shortly before may be changed again without a new time. Milliseconds. */
const RACY = 100;

/**
 * Reads a folder that somebody else wrote: within bounds, through no link that leads out of it, and with a note of all
 * that was looked at, so that what was read can be kept until one of these places changes.
 */
export class Tree {
  readonly root: string;
  readonly stamps: Stamp[] = [];
  readonly problems: PluginProblem[] = [];
  readonly #boundary: string | undefined;
  readonly #stamped = new Set<string>();
  #children = 0;

  /**
   * @param root absolute
   * @param boundary the folder that links must not leave, without links itself; without it they may lead anywhere
   */
  constructor(root: string, boundary?: string) {
    this.root = root;
    this.#boundary = boundary;
  }

  /** Adds to what is wrong. */
  report(type: string, severity: PluginProblem['severity'], message: string, file?: string): void {
    this.problems.push({ type, severity, message, ...(file === undefined ? {} : { file }) });
  }

  /** What a folder holds, by name; `undefined` when there is no such folder. */
  folder(path: string): readonly Child[] | undefined {
    const absolute = this.#checked(path);
    if (absolute === undefined) return undefined;
    try {
      if (statSync(absolute).isDirectory()) {
        this.#stamp(path, absolute);
        const children: Child[] = [];
        for (const entry of readdirSync(absolute, { withFileTypes: true })) {
          const child = path === '' ? entry.name : `${path}/${entry.name}`;
          if (++this.#children > MOST_CHILDREN) {
            if (this.#children === MOST_CHILDREN + 1) {
              this.report('file', 'error', `holds more than ${MOST_CHILDREN} files; the rest is not looked at`, path);
            }
            break;
          }
          if (entry.isDirectory()) children.push({ name: entry.name, path: child, folder: true });
          else if (entry.isFile()) children.push({ name: entry.name, path: child, folder: false });
          else if (entry.isSymbolicLink()) {
            const target = this.#checked(child);
            const found = target === undefined ? undefined : statSync(target, { throwIfNoEntry: false });
            if (found?.isDirectory() === true || found?.isFile() === true) {
              children.push({ name: entry.name, path: child, folder: found.isDirectory() });
            } else if (found !== undefined) this.#notRegular(child);
          } else this.#notRegular(child);
        }
        return children.sort((a, b) => (a.name < b.name ? -1 : 1));
      }
      return undefined;
    } catch (error) {
      this.#failed(path, error);
      return undefined;
    }
  }

  /** All files below a folder whose name ends so, by path. Hidden folders and `node_modules` are passed over. */
  files(path: string, ending: string): readonly Child[] {
    const found: Child[] = [];
    const ways = new Set<string>();
    const visit = (at: string, depth: number) => {
      if (depth > DEEPEST) {
        return this.report('file', 'warning', `lies more than ${DEEPEST} folders deep; it is not looked at`, at);
      }
      // a folder that holds a link to a folder above it has no end
      const real = realOf(join(this.root, at));
      if (real === undefined || ways.has(real)) return;
      ways.add(real);
      for (const child of this.folder(at) ?? []) {
        if (child.folder) {
          if (!child.name.startsWith('.') && child.name !== 'node_modules') visit(child.path, depth + 1);
        } else if (child.name.endsWith(ending)) found.push(child);
      }
    };
    visit(path, 0);
    return found;
  }

  /** What is at a path, through links that may be followed. */
  kind(path: string): 'file' | 'folder' | undefined {
    const absolute = this.#checked(path);
    const found = absolute === undefined ? undefined : statOf(absolute);
    return found?.isFile() ? 'file' : found?.isDirectory() ? 'folder' : undefined;
  }

  /** The text of a file; `undefined` when there is none, or it cannot be read (which is reported). */
  text(path: string): string | undefined {
    return this.#read(path, MAX_FILE_BYTES, false)?.text;
  }

  /** The first 64 KB of a file. */
  head(path: string): { readonly text: string; readonly cut: boolean } | undefined {
    return this.#read(path, HEAD_BYTES, true);
  }

  #read(path: string, limit: number, head: boolean): { readonly text: string; readonly cut: boolean } | undefined {
    const absolute = this.#checked(path);
    if (absolute === undefined) return undefined;
    let file: number | undefined;
    try {
      // a pipe that nobody writes to must not make it wait
      file = openSync(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const found = fstatSync(file);
      this.#stamp(path, absolute, found);
      if (!found.isFile()) return void this.#notRegular(path);
      if (!head && found.size > limit) {
        return void this.report('file', 'error', `is larger than ${limit} bytes (${found.size})`, path);
      }
      const bytes = Buffer.allocUnsafe(Math.min(found.size, limit));
      let length = 0;
      for (let got = -1; got !== 0 && length < bytes.length; length += got) {
        got = readSync(file, bytes, length, bytes.length - length, null);
      }
      const cut = found.size > length;
      return { text: this.#decoded(path, bytes.subarray(0, length), cut), cut };
    } catch (error) {
      return void this.#failed(path, error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #decoded(path: string, bytes: Buffer, cut: boolean): string {
    // a character that the end of the head cuts in two is not a mistake
    const end = cut ? bytes.length - 4 : bytes.length;
    const text = bytes.toString('utf8', 0, Math.max(0, end));
    if (text.includes('\ufffd') && !bytes.includes('\ufffd')) {
      this.report('file', 'warning', 'is not UTF-8; the characters that make no sense are replaced', path);
    }
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  /** Notes a place that is of no interest but for its being there or not. */
  watch(path: string): void {
    this.#stamp(path, join(this.root, path));
  }

  #stamp(path: string, absolute: string, known = statOf(absolute)): void {
    if (this.#stamped.has(path)) return;
    this.#stamped.add(path);
    if (known === undefined) {
      if (!this.#watchedAbove(path)) this.stamps.push([path, -1, 0]);
    } else this.stamps.push([path, Math.abs(Date.now() - known.mtimeMs) < RACY ? 0 : known.mtimeMs, known.size]);
  }

  /** True when a folder was noted whose own time changes once something appears at a path. */
  #watchedAbove(path: string): boolean {
    for (let at = path; at !== ''; ) {
      at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '';
      if (statOf(join(this.root, at)) !== undefined) return this.stamps.some(([one]) => one === at);
    }
    return false;
  }

  /** The absolute path, when nothing on the way leads out of the boundary. What is not there is noted, too. */
  #checked(path: string): string | undefined {
    const absolute = join(this.root, path);
    const real = realOf(absolute);
    if (real === undefined) {
      this.#stamp(path, absolute);
      return undefined;
    }
    if (this.#boundary === undefined || isInside(real, this.#boundary)) return absolute;
    this.#stamp(path, absolute);
    const message = `is a link to ${real}, outside of ${this.#boundary}; it is not followed`;
    if (!this.problems.some((one) => one.message === message)) this.report('file', 'error', message, path);
    return undefined;
  }

  #notRegular(path: string): void {
    this.report('file', 'warning', 'is neither a file nor a folder; it is passed over', path);
  }

  #failed(path: string, error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EACCES' || code === 'EPERM' ? 'no permission' : (code ?? message);
    this.report('file', 'error', `cannot be read: ${reason}`, path);
  }
}
