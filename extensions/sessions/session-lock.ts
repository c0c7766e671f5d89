import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, to tell it from a later one with the same number. */
  readonly started: string;
  readonly token: string;
}

/** Somebody else is writing this session. */
export class SessionBusy extends Error {
  override readonly name = 'SessionBusy';
  readonly pid: number;
  constructor(id: string, pid: number) {
    super(
      `session ${id} is open in another process (pid ${pid}); end that one first, or start from a copy with --fork-session`,
    );
    this.pid = pid;
  }
}

/**
 * Takes the lock of a session; one whose holder has ended is taken over.
 * @param folder an existing folder
 * @returns gives the lock back
 * @throws SessionBusy while another holder lives; the file system's error when the folder cannot be written
 */
export function lockSession(folder: string, id: string): () => void {
  const path = join(folder, `${id}.lock`);
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid) ?? String(performance.timeOrigin),
    token: randomUuid(),
  };
  const text = JSON.stringify(own);
  const draft = join(folder, `${own.token}.tmp`);
  try {
    // written first and linked then, so that nobody sees a lock without its holder
    writeFileSync(draft, text, { mode: 0o600 });
    for (let attempt = 0; attempt < 5; attempt++) {
      if (linked(draft, path)) return () => release(path, text);
      const found = read(path);
      if (found === undefined) continue;
      const holder = parse(found);
      if (holder !== undefined && lives(holder)) throw new SessionBusy(id, holder.pid);
      takeAway(path, found, join(folder, `${own.token}.old`));
    }
    throw new SessionBusy(id, parse(read(path) ?? '')?.pid ?? 0);
  } finally {
    // a full disk leaves an empty one, a folder that is not there none
    rmSync(draft, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a stale lock; one that somebody else has replaced in the meantime is put back. */
function takeAway(path: string, stale: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return; // another process was faster
  }
  if (read(aside) !== stale) linked(aside, path);
  unlinkSync(aside);
}

function release(path: string, text: string): void {
  if (read(path) !== text) return;
  try {
    unlinkSync(path);
  } catch {
    // the folder is gone or read-only: the lock goes stale with the process
  }
}

function lives(holder: Holder): boolean {
  // a process of another machine or container cannot be seen; whole-line appends keep the file readable all the same
  if (holder.host !== hostname()) return false;
  const started = startOf(holder.pid);
  if (started !== undefined) return started === holder.started;
  if (holder.pid === process.pid) return holder.started === String(performance.timeOrigin);
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in the clock ticks of Linux's /proc/PID/stat (field 22); `undefined` where there is none. */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // a zombie has ended; only its parent has not asked yet
  return fields?.[0] === 'Z' ? 'ended' : fields?.[19];
}

function parse(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === 'number' && typeof value.host === 'string' ? (value as Holder) : undefined;
  } catch {
    return undefined; // not ours: nobody holds it
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // absent
  }
}
