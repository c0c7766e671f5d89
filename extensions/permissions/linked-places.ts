import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Ground } from './ground.ts';
import { isInside, walkPath } from './path-walk.ts';
import { protectedName } from './protected-paths.ts';

/** A file or folder that is protected by another name than its own. */
interface LinkedPlace {
  /** Without symbolic links. */
  readonly path: string;
  /** The protected name that leads there. */
  readonly name: string;
}

/** For the time of one decision. */
const placesOf = new WeakMap<Ground, readonly LinkedPlace[]>();

/**
 * The protected name that leads to a path, or into whose target it lies: `.claude` may be a link to `conf`, `.git` a file
 * that names another folder, and settings of the user may stand in a repository of their own.
 * @param path without symbolic links
 */
export function linkedName(ground: Ground, path: string): string | undefined {
  let places = placesOf.get(ground);
  if (places === undefined) {
    places = find(ground);
    placesOf.set(ground, places);
  }
  return places.find((place) => isInside(path, place.path))?.name;
}

function find(ground: Ground): readonly LinkedPlace[] {
  const { roots, home, userFolder, folderNames } = ground;
  const places: LinkedPlace[] = [];
  const lead = (path: string, name: string) => void places.push({ path: walkPath(path).resolved, name });
  lead(userFolder, userFolder);
  // whatever stands there is read by this program
  for (const entry of entriesOf(userFolder))
    if (entry.isSymbolicLink()) lead(join(userFolder, entry.name), join(userFolder, entry.name));
  for (const folder of new Set([...roots, home])) {
    for (const entry of entriesOf(folder)) {
      if (protectedName(entry.name, folderNames) === undefined) continue;
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) lead(path, path);
      else if (entry.name === '.git' && entry.isFile()) for (const own of repositoryOf(path)) lead(own, path);
    }
  }
  return places;
}

/** The folders that a `.git` file names: that of the work tree, and that of the repository which it shares. */
function repositoryOf(file: string): readonly string[] {
  const named = /^gitdir:\s*(.+?)\s*$/s.exec(textOf(file))?.[1];
  if (named === undefined) return [];
  const own = resolve(dirname(file), named);
  const common = textOf(join(own, 'commondir')).trim();
  return common === '' ? [own] : [own, resolve(own, common)];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, 8_192);
  } catch {
    return ''; // not there, or not to be read by git either
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // no such folder
  }
}
