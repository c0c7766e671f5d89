import { open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { randomUuid } from './random-uuid.ts';

/**
 * Replaces a file as a whole: a reader sees the old bytes or the new ones, also after a crash. The mode of an existing
 * file is kept, and its owner where that is allowed.
 * @param mode permissions of a file that does not exist yet; default 0o644
 * @throws the error of the file system; the old file is then untouched
 */
export async function atomicWrite(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const old = await stat(path).catch(() => undefined); // absent: a new file
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUuid().slice(0, 8)}.tmp`);
  try {
    const file = await open(temporary, 'wx', old === undefined ? mode : old.mode & 0o7777);
    try {
      // the process's umask may have taken bits away that the old file has
      if (old !== undefined) {
        await file.chown(old.uid, old.gid).catch(() => undefined); // only a privileged user may give a file away
        await file.chmod(old.mode & 0o7777);
      }
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // it may never have been made
    throw error;
  }
}
