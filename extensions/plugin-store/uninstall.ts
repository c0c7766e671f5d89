import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Installation, installedPlugins, isAt, keepAll, type StoreScope } from './installed-plugins.ts';
import { isObject } from './json-file.ts';
import { keepLocked, lockedPlugins } from './lock-file.ts';
import { type Store, setNamed, settingsOf } from './store.ts';
import { isInside } from './tree.ts';

/** Old versions stay that long, because sessions may still run them: 14 days, in milliseconds. */
const KEEP_MS = 14 * 24 * 60 * 60 * 1000;

/** Takes a plugin out of one scope; when it was the last, its files go too. */
export async function uninstallAt(store: Store, id: string, scope: StoreScope, keepData: boolean): Promise<void> {
  const list = (await installedPlugins(store.folders)).get(id) ?? [];
  const left = list.filter((one) => !isAt(one, scope, store.host.cwd));
  await unname(store, id, scope);
  await forget(store, id, list, left, keepData);
}

/** Takes plugins out of all scopes that can be reached from here. */
export async function uninstallAll(store: Store, ids: readonly string[], keepData = false): Promise<void> {
  for (const id of ids) {
    const list = (await installedPlugins(store.folders)).get(id) ?? [];
    for (const scope of ['user', 'project', 'local'] as const) await unname(store, id, scope);
    await forget(store, id, list, [], keepData);
  }
}

async function unname(store: Store, id: string, scope: StoreScope): Promise<void> {
  const enabled = (await settingsOf(store, scope)).enabledPlugins;
  if (isObject(enabled) && Object.hasOwn(enabled, id)) await setNamed(store, scope, 'enabledPlugins', id, undefined);
}

async function forget(
  store: Store,
  id: string,
  before: readonly Installation[],
  left: readonly Installation[],
  keepData: boolean,
): Promise<void> {
  const { folders } = store;
  // first the list, then the files: a list that names files which are gone would be half of a plugin
  await keepAll(folders, new Map([[id, left]]));
  if (left.length > 0) return;
  await keepLocked(folders, new Map([[id, undefined]]));
  for (const { installPath } of before)
    if (isInside(installPath, folders.cache) && installPath !== folders.cache)
      rmSync(installPath, { recursive: true, force: true });
  if (!keepData) rmSync(join(folders.data, id.replace(/[^A-Za-z0-9_-]/g, '-')), { recursive: true, force: true });
}

/** The ids that were installed for others, which are gone by now. */
export async function orphans({ folders }: Store): Promise<readonly string[]> {
  const locked = await lockedPlugins(folders);
  const found = new Set<string>();
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [id, { dependency }] of locked) {
      if (dependency !== true) continue;
      const isNeeded = [...locked].some(
        ([other, { needs }]) => !found.has(other) && other !== id && needs?.includes(id),
      );
      if (!isNeeded) found.add(id);
    }
  }
  return [...found];
}

/** The installed plugins that need one. */
export async function dependentsOf({ folders }: Store, id: string): Promise<readonly string[]> {
  return [...(await lockedPlugins(folders))].flatMap(([other, { needs }]) => (needs?.includes(id) ? [other] : []));
}

/** Removes versions that nobody has used for two weeks. */
export async function sweepVersions({ folders }: Store): Promise<void> {
  const used = new Set([...(await installedPlugins(folders)).values()].flat().map(({ installPath }) => installPath));
  const old = Date.now() - KEEP_MS;
  for (const marketplace of namesIn(folders.cache)) {
    for (const plugin of namesIn(join(folders.cache, marketplace))) {
      for (const version of namesIn(join(folders.cache, marketplace, plugin))) {
        const path = join(folders.cache, marketplace, plugin, version);
        if (!used.has(path) && statSync(path).ctimeMs < old) rmSync(path, { recursive: true, force: true });
      }
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was installed yet
  }
}
