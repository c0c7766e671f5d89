import { lstat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { JsonObject, SessionRef } from 'tenon/plugin-api';
import { inputPath } from './input-path.ts';
import type { Workbench } from './workbench.ts';

/**
 * True for a call of Read for a file that this extension keeps long outputs in. The model is told to look there, so
 * nobody needs to be asked; rules still say no.
 */
export async function isOwnOutput(bench: Workbench, session: SessionRef, input: JsonObject): Promise<boolean> {
  const { file_path } = input;
  if (typeof file_path !== 'string' || !/[\\/]outputs[^\\/]*[\\/][\w-]+\.txt$/.test(file_path)) return false;
  try {
    const path = inputPath(file_path, session.cwd, bench.host.home);
    if (dirname(path) !== (await bench.outputs()) || basename(path).startsWith('.')) return false;
    const stats = await lstat(path);
    return stats.isFile() && stats.nlink === 1;
  } catch {
    return false; // whoever reads it says what is wrong
  }
}
