import { resolve } from 'node:path';

/** Bytes of the longest path that Linux takes. */
const LONGEST = 4096;

/** `~` and `~/x` in full; everything else as it is. */
export function expandHome(path: string, home: string): string {
  return path === '~' ? home : path.startsWith('~/') ? `${home}/${path.slice(2)}` : path;
}

/**
 * The absolute path that an input means.
 * @throws Error for what cannot be the path of a file here
 */
export function inputPath(path: string, cwd: string, home: string): string {
  const show = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}...` : path);
  if (path.includes('\0')) throw new Error(`${show} is not a path: it holds a NUL character`);
  if (Buffer.byteLength(path) > LONGEST) throw new Error(`${show} is not a path: it is longer than ${LONGEST} bytes`);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) throw new Error(`${show} is a URL; give the path of a file`);
  if (process.platform === 'win32' && /^[\\/]{2}|^\\\?\?\\/.test(path)) {
    throw new Error(`${show} is a network or device path; give the path of a file on this machine`);
  }
  return resolve(cwd, expandHome(path, home));
}
