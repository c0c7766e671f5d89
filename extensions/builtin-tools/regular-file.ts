import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { ToolContext } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { checkApproved } from './approved-path.ts';

/** Links that one path may go through, as on Linux. */
const MOST_LINKS = 40;

/** An open regular file. */
export interface RegularFile {
  readonly handle: FileHandle;
  /** The path without symbolic links. */
  readonly real: string;
  readonly stats: BigIntStats;
}

/**
 * Opens a regular file for reading. What is opened is what was looked at: neither a link nor a folder of the path can
 * be swapped in between.
 * @param allowed what the path led to when its call was allowed
 * @throws Error for a missing file, a folder, a FIFO, a socket, a device, or a path that changes meanwhile
 */
export async function openRegular(
  path: string,
  cwd: string,
  allowed: Pick<ToolContext, 'approved'> = {},
): Promise<RegularFile> {
  let real: string;
  let seen: BigIntStats;
  try {
    real = await realpath(path);
    seen = await lstat(real, { bigint: true });
  } catch (error) {
    throw await openProblem(error, path, cwd);
  }
  checkApproved(path, real, allowed);
  refuseSpecial(seen, path);
  let handle: FileHandle;
  try {
    // not blocking: if a FIFO took the file's place, opening it must not wait for a writer
    handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw await openProblem(error, path, cwd);
  }
  try {
    const stats = await handle.stat({ bigint: true });
    const where = process.platform === 'linux' ? await readlink(`/proc/self/fd/${handle.fd}`).catch(() => real) : real; // no /proc
    const moved = where.startsWith('/') && where !== real;
    if (stats.dev !== seen.dev || stats.ino !== seen.ino || moved) {
      throw new Error(`${path} was replaced while it was being opened; try again`);
    }
    return { handle, real, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @throws Error for anything but a regular file */
export function refuseSpecial(stats: BigIntStats, path: string): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new Error(`${path} is a folder, not a file; list it with Glob, or with ls in Bash`);
  const kind = stats.isFIFO() ? 'a FIFO' : stats.isSocket() ? 'a socket' : 'a device';
  throw new Error(`${path} is ${kind}, not a regular file`);
}

/**
 * Where writing to a path would end up: the path without symbolic links, the last part followed too. The file, and
 * folders above it, need not exist.
 * @throws Error for a circle of links
 */
export async function writeTarget(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const link = await readlink(path).catch(() => undefined); // not a link, or not there
  if (link === undefined) {
    const parent = dirname(path);
    return parent === path ? path : join(await writeTarget(parent, links), basename(path));
  }
  if (links >= MOST_LINKS) throw new Error(`${path} goes through more than ${MOST_LINKS} links`);
  return writeTarget(resolve(await writeTarget(dirname(path), links), link), links + 1);
}

/** Says why a path cannot be opened, and what to try instead. */
export async function openProblem(error: unknown, path: string, cwd: string): Promise<Error> {
  const { code, message } = error as NodeJS.ErrnoException;
  const say = (text: string) => new Error(text, { cause: error });
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR': {
      const other = await likely(path, cwd);
      return say(
        `${path} does not exist.${other === undefined ? '' : ` Did you mean ${other}?`} The working directory is ${cwd}.`,
      );
    }
    case 'EACCES':
    case 'EPERM':
      return say(`${path} cannot be opened: permission denied`);
    case 'ELOOP':
      return say(`${path} cannot be opened: its symbolic links go in a circle, or changed while it was being opened`);
    default:
      return say(`${path} cannot be opened: ${message}`);
  }
}

/** A file that may have been meant: a similar name beside it, or the same path below the working directory. */
async function likely(path: string, cwd: string): Promise<string | undefined> {
  const folder = dirname(path);
  const name = basename(path);
  const siblings = await readdir(folder).catch(() => undefined); // no such folder
  if (siblings !== undefined) {
    const stem = basename(name, extname(name));
    const other = nearest(name, siblings) ?? siblings.find((one) => basename(one, extname(one)) === stem);
    return other === undefined ? undefined : join(folder, other);
  }
  const parts = path.split('/').filter((part) => part !== '');
  for (let from = 1; from < parts.length; from++) {
    const candidate = join(cwd, ...parts.slice(from));
    if (relative(cwd, candidate).startsWith('..')) continue;
    if ((await stat(candidate).catch(() => undefined))?.isFile()) return candidate; // not there: the next
  }
  return undefined;
}
