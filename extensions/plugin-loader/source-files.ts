import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCodeFile } from 'tenon/plugin-api/lib/native-manifest';

/** Files and folders that are looked at; in a larger extension the rest is not seen to change. */
const MOST_FILES = 2_000;
const MOST_FOLDERS = 200;
const SKIPPED = ['node_modules', 'coverage'];

/** What an extension is made of, but for its packages and what begins with a dot. */
export interface Sources {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** @param path of an extension: a folder, or a file, which is then all there is */
export function sourcesOf(path: string): Sources {
  if (isCodeFile(path)) return { files: [path], folders: [] };
  const files: string[] = [];
  const folders = [path];
  for (let at = 0; at < folders.length; at++) {
    for (const entry of entriesOf(folders[at]!)) {
      if (entry.name.startsWith('.') || SKIPPED.includes(entry.name)) continue;
      const full = join(folders[at]!, entry.name);
      if (entry.isDirectory() && folders.length < MOST_FOLDERS) folders.push(full);
      else if (entry.isFile() && files.length < MOST_FILES) files.push(full);
    }
  }
  return { files: files.sort(), folders };
}

/** Another text as soon as one of the files is another one: its times and sizes. */
export function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const found = statSync(file, { throwIfNoEntry: false });
        return found === undefined ? '-' : `${found.mtimeMs.toString(36)}.${found.size.toString(36)}`;
      } catch {
        return '-'; // out of reach
      }
    })
    .join(' ');
}

/** True when a file of an extension was written after a moment. @param since milliseconds since the epoch */
export function changedSince(path: string, since: number): boolean {
  return sourcesOf(path).files.some((file) => {
    try {
      const found = statSync(file, { throwIfNoEntry: false });
      return found !== undefined && Math.max(found.mtimeMs, found.ctimeMs) > since;
    } catch {
      return false; // out of reach
    }
  });
}

/** Another text as soon as an extension is another one: a file was changed, added or removed. */
export function stateOf(path: string): string {
  const { files } = sourcesOf(path);
  return files.length === 1 ? stampOf(files) : `${files.join('\n')}\n${stampOf(files)}`;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // it went away
  }
}
