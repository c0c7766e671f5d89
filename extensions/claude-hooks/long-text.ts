import { readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

/** Characters that a text of a handler may have. */
export const TEXT_LIMIT = 10_000;
const PREVIEW = 2_000;
/** Files that are kept; the oldest go first. */
const FILES = 200;

/**
 * A text as it is, or its beginning and the path of a file that holds the whole of it.
 * @param folder where the file goes
 * @param lend lets the model read the file
 */
export async function shortened(
  text: string,
  folder: () => Promise<string>,
  lend: (path: string) => void,
): Promise<string> {
  if (text.length <= TEXT_LIMIT) return text;
  const start = text.slice(0, PREVIEW).replace(/[\ud800-\udbff]$/, '');
  const head = `${start}\n[... the hook said ${text.length} characters`;
  try {
    const parent = join(await folder(), 'long-texts');
    makeFolder(parent, 0o700);
    const path = join(parent, `${randomUuid()}.txt`);
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    lend(await realpath(path));
    await prune(parent);
    return `${head}; all of it is in ${path}]`;
  } catch (error) {
    return `${head}; the rest could not be kept: ${(error as Error).message}]`;
  }
}

async function prune(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= FILES) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined); // somebody else removed it
      return { path, time: found?.mtimeMs ?? 0 };
    }),
  );
  const old = files.sort((a, b) => a.time - b.time).slice(0, names.length - FILES);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
}
