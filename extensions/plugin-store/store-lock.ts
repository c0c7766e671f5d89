import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disposable } from 'tenon/plugin-api';
import { clock } from 'tenon/plugin-api/lib/clock';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { StoreError } from './store-error.ts';

/** Milliseconds that another process may take. */
const LIMIT = 120_000;
const STEP = 50;

/**
 * Makes this process the only one that changes a folder. A lock whose process is gone does not count.
 * @throws StoreError `busy` when another process keeps it for long
 */
export async function lockStore(folder: string, signal: AbortSignal, limit = LIMIT): Promise<Disposable> {
  makeFolder(folder);
  const path = join(folder, '.lock');
  const own = join(folder, `.lock-${randomUuid()}`);
  const holder = `${process.pid} ${startOf(process.pid) ?? ''} ${randomUuid()}`;
  writeFileSync(own, holder);
  const end = clock() + limit;
  try {
    for (;;) {
      // a link comes into being with its content, so that nobody sees a lock without a holder
      if (linked(own, path)) break;
      const found = textOf(path);
      if (found !== undefined && !isAlive(found)) takeAway(path, found);
      else if (clock() > end) {
        const pid = found?.split(' ')[0] ?? 'unknown';
        throw new StoreError('busy', `another process (${pid}) is changing plugins; try again when it is done`);
      } else await sleep(STEP, undefined, { signal });
    }
  } finally {
    rmSync(own, { force: true });
  }
  return {
    dispose() {
      if (textOf(path) === holder) rmSync(path, { force: true });
    },
  };
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the lock of a process that is gone away, and puts it back when it was another one by then. */
function takeAway(path: string, expected: string): void {
  const aside = `${path}-${randomUuid()}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else was faster
  }
  if (textOf(aside) !== expected) linked(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(holder: string): boolean {
  const [pid = '', start = ''] = holder.split(' ');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0) return false;
  try {
    process.kill(number, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // the number may belong to a later process
  const now = startOf(number);
  return now === undefined || start === '' || now === start;
}

/** When a process started, in ticks since the start of the system; only Linux tells. */
function startOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // it is gone, or there never was one
  }
}
