import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Settings and state files larger than this are not read: 10 MB. */
export const MAX_FILE_BYTES = 10_000_000;

/**
 * The text of a regular file, or `undefined` when there is none. A named pipe or device cannot make it wait: whoever
 * wrote the files of a folder may have put one there.
 * @param limit bytes; default `MAX_FILE_BYTES`
 * @throws Error without the path in its message: `is not a regular file`, `is larger than … bytes`, `cannot be read: …`
 */
export async function readBounded(path: string, limit: number = MAX_FILE_BYTES): Promise<string | undefined> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error('is not a regular file');
    if (found.size > limit) throw new Error(`is larger than ${limit} bytes (${found.size})`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code === 'ELOOP') return 'too many symbolic links';
  return code ?? message;
}
