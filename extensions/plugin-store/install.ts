import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { folderName } from './folders.ts';
import { type Installation, installedPlugins, isAt, keepAll, type StoreScope } from './installed-plugins.ts';
import { keepLocked, type LockedPlugin, lockedPlugins } from './lock-file.ts';
import { type OpenMarketplace, openMarketplace } from './marketplaces.ts';
import { pluginIntegrity, type StagedPlugin, stagePlugin } from './staged-plugin.ts';
import { moveInto } from './staging.ts';
import { type Store, setNamed } from './store.ts';
import { StoreError } from './store-error.ts';

const MOST_PLUGINS = 50;
/** Milliseconds for what npm installs into a plugin. */
const NPM_LIMIT = 60_000;

/**
 * Fetches a plugin and all that it needs and that is not there, the plugin itself last. Nothing is changed but staging.
 * @throws StoreError `dependency-cycle` and those of each plugin
 */
export async function stageAll(store: Store, from: OpenMarketplace, name: string): Promise<readonly StagedPlugin[]> {
  const installed = await installedPlugins(store.folders);
  const staged = new Map<string, StagedPlugin>();
  const visit = async (place: OpenMarketplace, wanted: string, range: string | undefined, way: readonly string[]) => {
    if (staged.size >= MOST_PLUGINS)
      throw new StoreError('bad-dependency', `more than ${MOST_PLUGINS} plugins depend on each other`);
    const one = await stagePlugin(store, place, wanted, range);
    for (const need of one.needs) {
      const id = `${need.name}@${need.marketplace}`;
      const path = [...way, one.id];
      if (path.includes(id))
        throw new StoreError(
          'dependency-cycle',
          `${path[0]} cannot be installed: it depends on itself (${[...path.slice(path.indexOf(id)), id].join(' -> ')})`,
        );
      const there = staged.get(id)?.version ?? here(installed.get(id) ?? [], store)?.version;
      if (there !== undefined && (await fits(there, need.range))) continue;
      if (staged.has(id))
        throw new StoreError(
          'no-version',
          `${one.id} needs ${id} ${need.range}, and another plugin needs the version ${there}`,
        );
      await visit(
        need.marketplace === place.name ? place : await openMarketplace(store, need.marketplace),
        need.name,
        need.range,
        path,
      );
    }
    staged.set(one.id, one);
  };
  await visit(from, name, undefined, []);
  return [...staged.values()];
}

/**
 * Puts plugins at their places, makes them known and switches them on. A process that ends in between leaves plugins
 * that are there in full or not at all.
 * @param asked the plugin that the user named; the others are its dependencies
 */
export async function commitPlugins(
  store: Store,
  staged: readonly StagedPlugin[],
  scope: StoreScope,
  asked: string,
  enable = true,
): Promise<readonly Installation[]> {
  const { folders, host } = store;
  const installed = await installedPlugins(folders);
  const locked = await lockedPlugins(folders);
  const now = new Date().toISOString();
  const changes = new Map<string, readonly Installation[]>();
  const locks = new Map<string, LockedPlugin>();
  const made: Installation[] = [];
  for (const one of staged) {
    await addDependencies(store, one);
    const installPath = await place(store, one, installed);
    const list = installed.get(one.id) ?? [];
    const before = list.find((other) => isAt(other, scope, host.cwd));
    const { version, commit } = one;
    const installation: Installation = {
      scope,
      ...(scope !== 'user' && { projectPath: host.cwd }),
      installPath,
      version,
      installedAt: before?.installedAt ?? now,
      lastUpdated: now,
      ...(commit !== undefined && { gitCommitSha: commit }),
    };
    made.push(installation);
    changes.set(one.id, [...list.filter((other) => other !== before), installation]);
    const old = locked.get(one.id);
    const dependency = one.id !== asked && (old === undefined ? true : old.dependency === true);
    locks.set(one.id, {
      versions: { ...old?.versions, [version]: one.integrity },
      source: one.source,
      ...(dependency && { dependency }),
      ...(one.needs.length > 0 && { needs: one.needs.map((need) => `${need.name}@${need.marketplace}`) }),
    });
  }
  await keepLocked(folders, locks);
  await keepAll(folders, changes);
  if (enable) for (const { id } of staged) await setNamed(store, scope, 'enabledPlugins', id, true);
  return made;
}

/** Moves a plugin to the folder of its version; one that is there already and the same is used. */
async function place(
  store: Store,
  one: StagedPlugin,
  installed: ReadonlyMap<string, readonly Installation[]>,
): Promise<string> {
  const usual = join(store.folders.cache, folderName(one.marketplace), folderName(one.name), folderName(one.version));
  const used = new Set([...installed.values()].flat().map(({ installPath }) => installPath));
  // a plugin without versions may change; who runs it keeps the files he has
  const places = [usual, `${usual}-${one.integrity.slice(7, 15)}`];
  for (const path of places) {
    if (existsSync(path) && isSame(path, one.integrity)) return path;
    if (used.has(path) && existsSync(path)) {
      if (one.version === 'unknown') continue;
      throw new StoreError(
        'integrity',
        `${one.id}: the files of version ${one.version} in ${path} are not those of the marketplace; uninstall it and install it again`,
      );
    }
    await moveInto(one.folder, path);
    return path;
  }
  return places[1]!;
}

function isSame(path: string, integrity: string): boolean {
  try {
    return pluginIntegrity(path) === integrity;
  } catch {
    return false; // somebody is changing it
  }
}

/** What a plugin's lock file lists, for its hooks and servers. Without it the plugin is installed too. */
async function addDependencies(store: Store, one: StagedPlugin): Promise<void> {
  const { hasLockedDependencies, installDependencies } = await import('./npm.ts');
  if (!hasLockedDependencies(one.folder) || existsSync(join(one.folder, 'node_modules'))) return;
  try {
    await installDependencies(store, one.folder, true, NPM_LIMIT);
  } catch (error) {
    await store.say(`The packages that ${one.id} needs were not installed: ${(error as Error).message}`);
  }
}

/** The installation that counts in this project. */
function here(list: readonly Installation[], { host }: Pick<Store, 'host'>): Installation | undefined {
  return list.find(({ projectPath }) => projectPath === host.cwd) ?? list.find(({ scope }) => scope === 'user');
}

async function fits(version: string, range: string | undefined): Promise<boolean> {
  if (range === undefined) return true;
  const { default: semver } = await import('semver');
  return semver.satisfies(version, range, { includePrerelease: true });
}
