import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing; one that is there stays as it is. Node's own recursive way never
 * ends on file systems that refuse every new name as if its parent were missing (`/proc`, some automounters).
 * @param path absolute
 * @param mode of the folders that are made; default `0o777`, less the umask
 * @throws the file system's error
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let at = path; !made(at, mode); at = dirname(at)) missing.push(at);
  for (let at = missing.pop(); at !== undefined; at = missing.pop()) {
    if (!made(at, mode)) mkdirSync(at, mode);
  }
}

/** False when the folder above is missing. */
function made(path: string, mode: number): boolean {
  try {
    mkdirSync(path, mode);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // not every system says EEXIST of a folder that is there, such as one on a read-only disk
    if (isFolder(path)) return true;
    if (code === 'ENOENT' && !isFolder(dirname(path)) && dirname(path) !== path) return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // absent, or out of reach
  }
}
