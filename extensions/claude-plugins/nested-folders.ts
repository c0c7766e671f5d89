import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Host } from 'tenon/plugin-api';
import { isInside, realOf } from './paths.ts';

/** Folders whose having no skills is remembered; past it they are looked at once more. */
const MOST = 10_000;

/** The folders with skills of their own below the working directory, found where tools touch files. Each is looked at once. */
export class NestedFolders {
  readonly #cwd: string;
  readonly #name: string;
  readonly #looked = new Set<string>();
  readonly #found = new Set<string>();

  constructor({ cwd, distro }: Pick<Host, 'cwd' | 'distro'>) {
    this.#cwd = cwd;
    this.#name = distro.folders.project;
  }

  /**
   * The folders on the way to a file that hold skills and were not found before, the outer ones first.
   * @param file absolute
   */
  look(file: string): readonly string[] {
    const dir = dirname(file);
    if (dir === this.#cwd || this.#looked.has(dir)) return [];
    if (this.#looked.size > MOST) this.#looked.clear();
    const found: string[] = [];
    for (let at = this.#below(dir); at !== undefined && at !== this.#cwd && !this.#looked.has(at); at = dirname(at)) {
      this.#looked.add(at);
      if (this.#found.has(at) || this.#isForeign(at) || !existsSync(join(at, this.#name, 'skills'))) continue;
      this.#found.add(at);
      found.unshift(at);
    }
    this.#looked.add(dir);
    return found;
  }

  /** What was not there may have come. */
  forget(): void {
    this.#looked.clear();
  }

  /** The folder by the name that it has below the working directory, also when a link leads there. */
  #below(dir: string): string | undefined {
    if (isInside(dir, this.#cwd)) return dir;
    const [real, top] = [realOf(dir), realOf(this.#cwd)];
    return real !== undefined && top !== undefined && isInside(real, top)
      ? join(this.#cwd, relative(top, real))
      : undefined;
  }

  /** Packages of others, and copies of the repository that the program keeps, lie in the project and do not speak for it. */
  #isForeign(dir: string): boolean {
    const names = relative(this.#cwd, dir).split(sep);
    return names.some((name) => name === 'node_modules' || name === '.git' || name === this.#name);
  }
}
