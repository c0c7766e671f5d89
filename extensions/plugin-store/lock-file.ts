import { join } from 'node:path';
import type { Folders } from './folders.ts';
import { isObject, readJsonObject, writeJsonObject } from './json-file.ts';
import { StoreError } from './store-error.ts';

/** What was installed, to tell later whether the same version is still the same. */
export interface LockedPlugin {
  /** By version: `sha256-<hex>` over all files, see `treeIntegrity`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where the newest came from, in words. */
  readonly source: string;
  /** Of an extension: what the user wrote, to fetch it again. */
  readonly spec?: string;
  /** Nobody asked for it by name: other plugins need it. */
  readonly dependency?: true;
  /** The ids that it needs. */
  readonly needs?: readonly string[];
}

const fileOf = ({ plugins }: Folders) => join(plugins, 'tenon-lock.json');

/** What the lock file holds, by id. Native extensions are `extension:<id>`. */
export async function lockedPlugins(folders: Folders): Promise<ReadonlyMap<string, LockedPlugin>> {
  const all = await readJsonObject(fileOf(folders));
  if (all === undefined) return new Map();
  if (all.version !== 1)
    throw new StoreError(
      'bad-file',
      `${fileOf(folders)}: "version" is ${JSON.stringify(all.version)}, expected 1; a newer program wrote it`,
    );
  const { plugins } = all;
  if (!isObject(plugins)) return new Map();
  return new Map(
    Object.entries(plugins).flatMap(([id, one]) =>
      isObject(one) && isObject(one.versions) ? [[id, one as unknown as LockedPlugin]] : [],
    ),
  );
}

export async function keepLocked(
  folders: Folders,
  changes: ReadonlyMap<string, LockedPlugin | undefined>,
): Promise<void> {
  const plugins: Record<string, LockedPlugin> = Object.fromEntries(await lockedPlugins(folders));
  for (const [id, one] of changes) {
    if (one === undefined) delete plugins[id];
    else plugins[id] = one;
  }
  const sorted = Object.fromEntries(Object.entries(plugins).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeJsonObject(fileOf(folders), { version: 1, plugins: sorted });
}

/**
 * Checks that a version is what it was when it was installed first.
 * @throws StoreError `integrity`
 */
export function checkLocked(id: string, version: string, integrity: string, locked: LockedPlugin | undefined): void {
  const known = locked?.versions[version];
  if (known === undefined || known === integrity || version === 'unknown') return;
  throw new StoreError(
    'integrity',
    `${id}: version ${version} is not what it was when it was installed (${known.slice(0, 19)}…, now ${integrity.slice(0, 19)}…); ` +
      'its author should have given it another version. If you trust the change, uninstall it and install it again',
  );
}
