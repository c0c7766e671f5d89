import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

/** Characters that a text of a handler may have. */
export const TEXT_LIMIT = 10_000;
const PREVIEW = 2_000;

/**
 * A text as it is, or its beginning and the path of a file that holds the whole of it.
 * @param folder where the file goes
 */
export async function shortened(text: string, folder: () => Promise<string>): Promise<string> {
  if (text.length <= TEXT_LIMIT) return text;
  const start = text.slice(0, PREVIEW).replace(/[\ud800-\udbff]$/, '');
  const head = `${start}\n[... the hook said ${text.length} characters`;
  try {
    const parent = join(await folder(), 'long-texts');
    makeFolder(parent, 0o700);
    const path = join(parent, `${randomUuid()}.txt`);
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    return `${head}; all of it is in ${path}]`;
  } catch (error) {
    return `${head}; the rest could not be kept: ${(error as Error).message}]`;
  }
}
