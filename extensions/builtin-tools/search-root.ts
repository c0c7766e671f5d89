import { realpath, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { ToolContext } from 'tenon/plugin-api';
import { checkApproved } from './approved-path.ts';
import { inputPath } from './input-path.ts';
import { openProblem } from './regular-file.ts';

/** Where a search starts. */
export interface SearchRoot {
  /** As the call names it; absolute. */
  readonly path: string;
  /** Without symbolic links: what is searched is what the call was allowed for. */
  readonly real: string;
  readonly folder: boolean;
}

/** @throws Error when there is nothing at the path, or it leads elsewhere than when the call was allowed */
export async function searchRoot(
  path: string | undefined,
  { session: { cwd }, approved }: Pick<ToolContext, 'session' | 'approved'>,
  home: string,
): Promise<SearchRoot> {
  const full = inputPath(path ?? '.', cwd, home);
  try {
    const real = await realpath(full);
    checkApproved(full, real, { ...(approved !== undefined && { approved }) });
    const stats = await stat(real);
    if (!stats.isDirectory() && !stats.isFile()) throw new Error(`${full} is neither a file nor a folder`);
    return { path: full, real, folder: stats.isDirectory() };
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
