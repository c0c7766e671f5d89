import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { StoreError } from './store-error.ts';

export const MOST_BYTES = 256 * 1024 * 1024;
export const MOST_FILES = 20_000;
const DEEPEST = 40;
/** A repository, and settings of npm, which could name programs for it to run and send variables of the user away. */
const NEVER = ['.git', '.npmrc'];

/** What is left to be copied or unpacked. */
export class Quota {
  #bytes = MOST_BYTES;
  #files = MOST_FILES;

  /** @throws StoreError `too-large` */
  take(bytes: number): void {
    this.#bytes -= bytes;
    this.#files--;
    if (this.#bytes < 0) throw new StoreError('too-large', `it holds more than ${MOST_BYTES} bytes`);
    if (this.#files < 0) throw new StoreError('too-large', `it holds more than ${MOST_FILES} files`);
  }
}

/**
 * Copies a plugin. Links that stay in it are kept, links to other places within `around` become what they point to, and
 * all others are left out, like everything that is neither file nor folder.
 * @param around the folder that the plugin may take things from
 * @returns the links that were left out
 * @throws StoreError `too-large`
 */
export function copyTree(from: string, to: string, around = from): readonly string[] {
  const root = realpathSync(from);
  const outer = realpathSync(around);
  const quota = new Quota();
  const left: string[] = [];
  const copy = (source: string, target: string, depth: number, way: readonly string[]): void => {
    if (depth > DEEPEST) throw new StoreError('too-large', `its folders are more than ${DEEPEST} deep`);
    mkdirSync(target, { recursive: true });
    for (const name of readdirSync(source)) {
      if (NEVER.includes(name)) continue;
      const path = join(source, name);
      const goal = join(target, name);
      let found = lstatSync(path);
      let real = path;
      if (found.isSymbolicLink()) {
        const pointed = realOf(path);
        if (pointed === undefined || !isInside(pointed, outer)) {
          left.push(relative(root, path));
          continue;
        }
        if (isInside(pointed, root) && !isAbsolute(readlinkSync(path))) {
          quota.take(0);
          symlinkSync(readlinkSync(path), goal);
          continue;
        }
        real = pointed;
        found = statSync(pointed);
      }
      if (found.isDirectory()) {
        if (way.includes(real)) left.push(relative(root, path));
        else copy(real, goal, depth + 1, [...way, real]);
      } else if (found.isFile()) {
        quota.take(found.size);
        writeNew(goal, readFileSync(real), found.mode);
      } else left.push(relative(root, path));
    }
  };
  copy(root, to, 0, [root]);
  return left;
}

/** Writes a new file. */
export function writeNew(path: string, data: Uint8Array, mode: number): void {
  const permissions = (mode & 0o111) === 0 ? 0o644 : 0o755;
  writeFileSync(path, data, { flag: 'wx', mode: permissions });
  // less the umask, which would make another plugin of it
  chmodSync(path, permissions);
}

/** Waits until all files and folders are on the disk: many at a time, because the disk takes them together. */
export async function syncTree(root: string): Promise<void> {
  const paths = [root];
  for (const { name, parentPath } of readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (one) => one.isFile() || one.isDirectory(),
  ))
    paths.push(join(parentPath, name));
  const next = paths.values();
  const work = async () => {
    for (const path of next) {
      const file = await open(path, 'r').catch(() => undefined); // not every system opens folders
      try {
        await file?.sync().catch(() => undefined); // or writes them when asked to
      } finally {
        await file?.close();
      }
    }
  };
  await Promise.all(Array.from({ length: 32 }, work));
}

/**
 * One hash over the names, kinds, permissions to run and contents of all files: `sha256-<hex>`.
 * @param without names at the top that do not count
 */
export function treeIntegrity(root: string, without: readonly string[] = []): string {
  const hash = createHash('sha256');
  const add = (folder: string, below: string): void => {
    for (const name of readdirSync(folder).sort()) {
      if (below === '' && without.includes(name)) continue;
      const path = join(folder, name);
      const shown = below === '' ? name : `${below}/${name}`;
      const found = lstatSync(path);
      if (found.isDirectory()) add(path, shown);
      else if (found.isSymbolicLink()) hash.update(`l ${JSON.stringify([shown, readlinkSync(path)])}\n`);
      else {
        const content = createHash('sha256').update(readFileSync(path)).digest('hex');
        hash.update(`${(found.mode & 0o111) === 0 ? 'f' : 'x'} ${JSON.stringify(shown)} ${content}\n`);
      }
    }
  };
  add(root, '');
  return `sha256-${hash.digest('hex')}`;
}

/**
 * The folder that a relative path names.
 * @throws StoreError `bad-source` when it leads out, also through links, or is no folder
 */
export function folderWithin(root: string, path: string, what: string): string {
  const wrong = (why: string) => new StoreError('bad-source', `${what}: ${JSON.stringify(path)} ${why}`);
  if (isAbsolute(path) || /^[A-Za-z]:|\\|\0/.test(path) || path.split('/').includes('..'))
    throw wrong('leads out of it');
  const real = realOf(resolve(root, path));
  if (real === undefined || !statSync(real).isDirectory()) throw wrong('is no folder that is there');
  if (!isInside(real, realpathSync(root))) throw wrong('leads out of it through a link');
  return real;
}

/** True for the folder itself and all below it. Both without links. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The one folder around everything, as archives have it; else the folder itself. */
export function unwrapped(folder: string): string {
  const names = readdirSync(folder).filter((name) => name !== '__MACOSX');
  const [only] = names;
  if (names.length !== 1 || only === undefined || only.startsWith('.')) return folder;
  const path = join(folder, only);
  return lstatSync(path).isDirectory() && dirname(path) === folder ? path : folder;
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // it points nowhere, or in a circle
  }
}
