import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import type { Folders } from './folders.ts';
import { syncTree } from './tree.ts';

/** A new folder beside the others on the same disk, so that what was put together there can be moved as a whole. */
export function stagingFolder({ staging }: Folders): string {
  const path = join(staging, randomUuid());
  makeFolder(staging, 0o700);
  mkdirSync(path, 0o700);
  return path;
}

const BACKUP = '.before-update';

/**
 * Removes what was left by processes that ended in the middle. Only for whoever holds the lock. A folder whose
 * replacement did not arrive is put back first.
 */
export function sweepStaging({ staging, marketplaces }: Folders): void {
  for (const name of foldersIn(marketplaces)) {
    if (!name.endsWith(BACKUP)) continue;
    const backup = join(marketplaces, name);
    const place = backup.slice(0, -BACKUP.length);
    if (existsSync(place)) rmSync(backup, { recursive: true, force: true });
    else renameSync(backup, place);
  }
  for (const name of foldersIn(staging)) rmSync(join(staging, name), { recursive: true, force: true });
}

/** Moves a finished folder to a place where nothing is, or where something is that nobody uses. */
export async function moveInto(from: string, to: string): Promise<void> {
  makeFolder(dirname(to));
  await syncTree(from);
  if (existsSync(to)) rmSync(to, { recursive: true, force: true });
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** Moves a finished folder to the place of one that is in use. */
export function replaceFolder(from: string, to: string): void {
  makeFolder(dirname(to));
  const backup = to + BACKUP;
  rmSync(backup, { recursive: true, force: true });
  if (existsSync(to)) renameSync(to, backup);
  renameSync(from, to);
  syncFolder(dirname(to));
  rmSync(backup, { recursive: true, force: true });
}

function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // not every system can do that with folders; the names are then written a little later
  }
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // nothing was ever put there
  }
}
