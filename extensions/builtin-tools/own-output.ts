import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type JsonObject, Permissions, type SessionRef } from 'tenon/plugin-api';
import { inputPath } from './input-path.ts';
import type { Workbench } from './workbench.ts';

/**
 * Lets a call of Read or Grep have a file that this extension keeps long outputs in. The model is told to look there, so
 * nobody needs to be asked; rules still say no.
 */
export async function lendOutput(
  bench: Workbench,
  session: SessionRef,
  input: JsonObject,
): Promise<{ readonly verdict: 'allow'; readonly reason: string } | undefined> {
  const path = await ownOutput(bench, session, input.file_path ?? input.path);
  if (path === undefined) return undefined;
  if (bench.api.has(Permissions)) {
    // not a verdict alone: none beats a setting that keeps calls in the working folders
    (await bench.api.use(Permissions)).lend?.(session, path);
  }
  return { verdict: 'allow', reason: 'it is the output of a command' };
}

/** The real path of a file of long output, if that is what a path names. */
async function ownOutput(bench: Workbench, session: SessionRef, named: unknown): Promise<string | undefined> {
  if (typeof named !== 'string' || !/[\\/]outputs[^\\/]*[\\/][\w-]+\.txt$/.test(named)) return undefined;
  try {
    const path = inputPath(named, session.cwd, bench.host.home);
    if (dirname(path) !== (await bench.outputs()) || basename(path).startsWith('.')) return undefined;
    const stats = await lstat(path);
    return stats.isFile() && stats.nlink === 1 ? await realpath(path) : undefined;
  } catch {
    return undefined; // whoever reads it says what is wrong
  }
}
