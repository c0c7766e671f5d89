import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExtensionApi } from 'tenon/plugin-api';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';

/** Days that the files of long outputs are kept. */
const KEPT = 7;

/** The folder of long outputs, readable by its owner alone; old ones are removed from it. */
export async function outputFolder(api: ExtensionApi): Promise<string> {
  const own = await api.data.folder().catch(() => undefined); // a program that keeps nothing
  if (own === undefined) {
    const temporary = await mkdtemp(join(tmpdir(), 'outputs-'));
    api.own(() => rm(temporary, { recursive: true, force: true }));
    return temporary;
  }
  const folder = join(own, 'outputs');
  makeFolder(folder, 0o700);
  const oldest = Date.now() - KEPT * 24 * 60 * 60 * 1000;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const old = await stat(path).catch(() => undefined); // another program removed it
    if (old !== undefined && old.mtimeMs < oldest) await rm(path, { force: true });
  }
  return folder;
}
