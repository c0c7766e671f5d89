import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { RULE_DEPTH, RULE_ENTRIES } from './limits.ts';

// A missing file costs 3 µs to look for with these, and 100 with their promises: start-up looks for dozens.

/** True for anything but a folder; a pipe is told apart when it is read. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false; // not to be looked at, which is as good as not there
  }
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // the same
  }
}

/** The folders from the file system's root down to `dir`. */
export function foldersDownTo(dir: string): readonly string[] {
  const folders = [dir];
  for (let at = dir; dirname(at) !== at; at = dirname(at)) folders.unshift(dirname(at));
  return folders;
}

/** True for the folder itself and all that lies in it. Both are absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** What a folder of rules holds. */
export interface RuleFiles {
  /** Markdown files of the folder and the folders in it, sorted. */
  readonly files: readonly string[];
  /** Links to folders outside of the area: they were not looked into. */
  readonly outside: readonly string[];
}

/**
 * Looks for rules in a folder. Links that lead in a circle are walked once.
 * @param area folders outside of it are left alone, so that not even the names in them are read; default: none are
 */
export function rulesIn(folder: string, area?: string): RuleFiles {
  const found: string[] = [];
  const outside: string[] = [];
  const walked = new Set<string>();
  let left = RULE_ENTRIES;
  const walk = (dir: string, depth: number) => {
    let names: string[];
    try {
      const real = realpathSync(dir);
      if (walked.has(real)) return;
      walked.add(real);
      if (area !== undefined && !isInside(real, area)) {
        outside.push(dir);
        return;
      }
      names = readdirSync(dir).sort();
    } catch {
      return; // not to be read: as good as empty
    }
    for (const name of names) {
      if (left-- <= 0) return;
      const path = join(dir, name);
      if (isFolder(path)) {
        if (depth < RULE_DEPTH) walk(path, depth + 1);
      } else if (name.endsWith('.md')) found.push(path);
    }
  };
  if (isFolder(folder)) walk(folder, 1);
  return { files: found, outside };
}

/** The path after symbolic links; a path that does not exist stays as it is. */
export function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a file that was removed again
  }
}
