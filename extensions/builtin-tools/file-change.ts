import { type BigIntStats, constants } from 'node:fs';
import { lstat, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ToolContext } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { checkApproved } from './approved-path.ts';
import { fileKnowledge, rememberFile } from './file-records.ts';
import { openProblem, openRegular, refuseSpecial, writeTarget } from './regular-file.ts';
import { decodeText, encodeText, type TextEncoding, UTF8 } from './text-encoding.ts';

/** Bytes of the largest file that can be changed. */
const LARGEST = 64 * 1024 * 1024;

/** A file as it was before a change. */
export interface OldFile {
  /** Without byte order mark; line ends as they are. */
  readonly text: string;
  readonly encoding: TextEncoding;
  /** Names the file has on disk. */
  readonly links: number;
}

/** Changes of one file wait for each other; of all sessions in this program. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Changes or makes a text file: reads what is there, asks `change` for the new text, and puts it in place as a whole.
 * Encoding, byte order mark and mode stay. Changes of the same file run one after the other.
 * @param change gets `undefined` when there is no file yet; what it throws leaves the file as it was
 * @throws Error when the session has not read the file, or it changed since, or it cannot be written
 */
export async function changeFile(
  path: string,
  context: ToolContext,
  change: (old: OldFile | undefined) => string | Promise<string>,
): Promise<OldFile | undefined> {
  let real: string;
  try {
    real = await writeTarget(path);
  } catch (error) {
    throw await openProblem(error, path, context.session.cwd);
  }
  checkApproved(path, real, context);
  return inTurn(real, () => changeNow(path, real, context, change));
}

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(key) ?? Promise.resolve()).then(work);
  const settled = turn.catch(() => undefined); // its own caller hears of it
  queues.set(key, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(key) === settled) queues.delete(key);
  }
}

async function changeNow(
  path: string,
  real: string,
  context: ToolContext,
  change: (old: OldFile | undefined) => string | Promise<string>,
): Promise<OldFile | undefined> {
  const { session, signal } = context;
  const before = await lstat(real, { bigint: true }).catch(() => undefined); // no file yet
  let old: OldFile | undefined;
  if (before !== undefined) {
    refuseSpecial(before, path);
    const bytes = await readAll(real, path, before, session.cwd);
    const knowledge = fileKnowledge(session, real, before, bytes);
    if (knowledge === 'unread') throw new Error(`${path} has not been read yet; read it first, then change it`);
    if (knowledge === 'changed')
      throw new Error(`${path} has changed since it was read; read it again before you change it`);
    const decoded = decodeText(bytes);
    if (decoded === undefined) throw new Error(`${path} is not text; change it with a tool for its format in Bash`);
    old = { ...decoded, links: Number(before.nlink) };
  }
  const bytes = encodeText(await change(old), old?.encoding ?? UTF8);
  signal.throwIfAborted();
  await save(path, real, before, bytes);
  rememberFile(session, real, await stat(real, { bigint: true }), bytes);
  return old;
}

async function readAll(real: string, path: string, before: BigIntStats, cwd: string): Promise<Buffer> {
  if (before.size > LARGEST) {
    throw new Error(`${path} is larger than ${LARGEST} bytes; change it with a command in Bash (sed, ...)`);
  }
  const { handle, stats } = await openRegular(real, cwd);
  try {
    if (stats.ino !== before.ino || stats.dev !== before.dev) throw changedMeanwhile(path);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function save(path: string, real: string, before: BigIntStats | undefined, bytes: Buffer): Promise<void> {
  if (before !== undefined && (before.mode & 0o222n) === 0n) {
    const mode = (before.mode & 0o777n).toString(8);
    throw new Error(`${path} is read-only (mode ${mode}); ask the user before you change that`);
  }
  const folder = dirname(real);
  try {
    makeFolder(folder);
    // a folder of the path that became a link meanwhile would lead elsewhere
    if ((await realpath(folder)) !== folder) throw changedMeanwhile(path);
    const now = await lstat(real, { bigint: true }).catch(() => undefined); // still no file
    const same =
      now?.ino === before?.ino &&
      now?.dev === before?.dev &&
      now?.mtimeNs === before?.mtimeNs &&
      now?.size === before?.size;
    if (!same) throw changedMeanwhile(path);
    try {
      await atomicWrite(real, bytes, 0o666);
    } catch (error) {
      if (now === undefined || !IN_PLACE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await writeInPlace(real, now, bytes);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Error(`${path} cannot be written: ${REASONS[code] ?? message}`, { cause: error });
  }
}

/** A file that is mounted by itself, or whose folder is closed, cannot be replaced, but may be written. */
const IN_PLACE = new Set(['EBUSY', 'EXDEV', 'EACCES', 'EPERM']);

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
  ENAMETOOLONG: 'its name is too long',
};

async function writeInPlace(real: string, now: BigIntStats, bytes: Buffer): Promise<void> {
  const handle = await open(real, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat({ bigint: true });
    if (stats.ino !== now.ino || stats.dev !== now.dev) throw changedMeanwhile(real);
    await handle.truncate(0);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function changedMeanwhile(path: string): Error {
  return new Error(`${path} changed while it was being written; read it again before you change it`);
}
