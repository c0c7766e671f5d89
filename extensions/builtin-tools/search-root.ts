import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { inputPath } from './input-path.ts';
import { openProblem } from './regular-file.ts';

/** Where a search starts. */
export interface SearchRoot {
  readonly path: string;
  readonly folder: boolean;
}

/** @throws Error when there is nothing at the path */
export async function searchRoot(path: string | undefined, cwd: string, home: string): Promise<SearchRoot> {
  const full = inputPath(path ?? '.', cwd, home);
  try {
    const stats = await stat(full);
    if (!stats.isDirectory() && !stats.isFile()) throw new Error(`${full} is neither a file nor a folder`);
    return { path: full, folder: stats.isDirectory() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw await openProblem(error, full, cwd);
  }
}

/** A path as results show it: relative where it is below the working directory. */
export function shownPath(path: string, cwd: string): string {
  const way = relative(cwd, path);
  return way === '' || way === '..' || way.startsWith('../') ? path : way;
}
