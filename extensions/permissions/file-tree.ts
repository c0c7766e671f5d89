import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ANY_CHARACTER, ANY_TEXT } from './bash/word.ts';

const MOST = 2_000;

/** True for a path in which a component has a pattern. */
export function hasPattern(path: string): boolean {
  return path.includes(ANY_TEXT) || path.includes(ANY_CHARACTER);
}

/** A pattern component of expanded shell text as a regular expression. */
export function componentPattern(component: string): RegExp {
  const source = component
    .replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    .replaceAll(ANY_TEXT, '.*')
    .replaceAll(ANY_CHARACTER, '.');
  return new RegExp(`^${source}$`, 's');
}

/** The files that an absolute path with patterns finds now, at most 2000; `undefined` when there are more. */
export function findFiles(path: string): readonly string[] | undefined {
  let found: string[] = [''];
  for (const part of path.split('/').filter((one) => one !== '' && one !== '.')) {
    if (!hasPattern(part)) {
      found = found.map((before) => `${before}/${part}`);
      continue;
    }
    const pattern = componentPattern(part);
    const next: string[] = [];
    for (const folder of found) {
      for (const name of namesIn(folder === '' ? '/' : folder)) {
        if (!pattern.test(name)) continue;
        next.push(`${folder}/${name}`);
        if (next.length > MOST) return undefined;
      }
    }
    found = next;
  }
  return found;
}

/**
 * The first entry at or below `folder` for which `test` is true; `'more'` when the folder holds more than `most`
 * entries (2000) and none of those seen did.
 */
export function searchTree(
  folder: string,
  test: (path: string, name: string, link: boolean) => boolean,
  most = MOST,
): string | 'more' | undefined {
  const waiting = [folder];
  let seen = 0;
  while (waiting.length > 0) {
    const at = waiting.pop()!;
    let entries: import('node:fs').Dirent[];
    try {
      if (!lstatSync(at).isDirectory()) continue;
      entries = readdirSync(at, { withFileTypes: true });
    } catch {
      continue; // not there or not readable: nothing in it can be copied or read either
    }
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (++seen > most) return 'more';
      if (test(path, entry.name, entry.isSymbolicLink())) return path;
      if (entry.isDirectory()) waiting.push(path);
    }
  }
  return undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a pattern that finds nothing
  }
}
