import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { ExtensionApi, Invocation, JsonObject } from 'tenon/plugin-api';
import { type Claims, changedClaims, claimsOf, NO_CLAIMS } from './claims.ts';
import { commitPlugins, stageAll } from './install.ts';
import { type Installation, installedPlugins } from './installed-plugins.ts';
import { readJsonObject } from './json-file.ts';
import { type OpenMarketplace, openMarketplace, refreshMarketplace } from './marketplaces.ts';
import { change, type Outcome } from './outcome.ts';
import type { StagedPlugin } from './staged-plugin.ts';
import type { Store } from './store.ts';
import { scopeOf } from './store.ts';
import { StoreError } from './store-error.ts';
import { sweepVersions } from './uninstall.ts';
import { installedId, named } from './uninstall-verb.ts';

/** `plugin update`: one plugin, or all. */
export function runUpdate(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  return change(api, 'update', flags, async (store) => {
    const { isExtension, updateExtension } = await import('./native-extensions.ts');
    const [word, ...more] = args;
    if (word !== undefined && more.length === 0 && isExtension(store, word)) return updateExtension(store, word);
    const installed = await installedPlugins(store.folders);
    const ids =
      args.length === 0 ? [...installed.keys()] : await Promise.all(args.map((one) => installedId(store, one)));
    const marketplaces = new Map<string, OpenMarketplace>();
    const updates: Updated[] = [];
    for (const id of ids) updates.push(await updateOne(store, id, installed.get(id) ?? [], marketplaces));
    await sweepVersions(store);
    return told(updates);
  });
}

interface Updated {
  readonly id: string;
  readonly message: string;
  readonly failed?: string;
  readonly from?: string;
  readonly to?: string;
  readonly changes?: readonly string[];
}

async function updateOne(
  store: Store,
  id: string,
  list: readonly Installation[],
  marketplaces: Map<string, OpenMarketplace>,
): Promise<Updated> {
  const { plugin } = named(id);
  const name = id.slice(plugin.length + 1);
  try {
    const open = marketplaces.get(name) ?? (await fresh(store, name));
    marketplaces.set(name, open);
    const staged = await stageAll(store, open, plugin);
    const next = staged.at(-1)!;
    const wanted = scopeOf(store);
    const stale = list.filter((one) => wanted === undefined || one.scope === wanted);
    const [old] = stale;
    if (old === undefined) throw new StoreError('not-found', `it is not installed in the scope ${wanted}`);
    const { lockedPlugins } = await import('./lock-file.ts');
    const known = (await lockedPlugins(store.folders)).get(id)?.versions[old.version];
    if (stale.every(({ version }) => version === next.version) && (known === undefined || known === next.integrity))
      return { id, message: `${id} is up to date (${old.version})`, from: old.version, to: old.version };
    const changes = [
      ...changedClaims(await claimsOfInstalled(old), next.claims),
      ...staged.slice(0, -1).flatMap(claimsOfNew),
    ];
    if (changes.length > 0) {
      await store.say([`${id} ${old.version} -> ${next.version} changes what it may do:`, ...changes].join('\n'));
      if (!(await store.confirm('Update it?')))
        throw new StoreError(
          'refused',
          'what it may do has changed, and that was not agreed to; look at the changes and add --yes',
        );
    }
    for (const one of stale) await commitAt(store, staged, one, id);
    const now = new Date();
    for (const { installPath } of stale) touch(installPath, now);
    return {
      id,
      message: `Updated ${id} from ${old.version} to ${next.version}`,
      from: old.version,
      to: next.version,
      changes,
    };
  } catch (error) {
    const failed = error instanceof StoreError ? error.code : 'failed';
    return { id, message: `${id} is as it was: ${(error as Error).message}`, failed };
  }
}

function claimsOfNew({ id, claims }: StagedPlugin): readonly string[] {
  const lines = changedClaims(NO_CLAIMS, claims);
  return lines.length === 0 ? [] : [`  ${id}, which it needs now:`, ...lines];
}

/** Installs at the scope of an installation, which may be that of another project. */
async function commitAt(store: Store, staged: readonly StagedPlugin[], one: Installation, id: string): Promise<void> {
  const host = one.projectPath === undefined ? store.host : { ...store.host, cwd: one.projectPath };
  await commitPlugins({ ...store, host }, staged, one.scope, id, false);
}

async function fresh(store: Store, name: string): Promise<OpenMarketplace> {
  const open = await openMarketplace(store, name);
  return refreshMarketplace(store, name, open.known);
}

async function claimsOfInstalled({ installPath }: Installation): Promise<Claims> {
  const manifests: JsonObject[] = [];
  try {
    const own = await readJsonObject(join(installPath, '.claude-plugin', 'plugin.json'));
    if (own !== undefined) manifests.push(own);
  } catch {
    // it was installed by another program and is broken: everything counts as new
  }
  return claimsOf(installPath, manifests);
}

function touch(path: string, now: Date): void {
  try {
    utimesSync(path, now, now);
  } catch {
    // it is gone; then nothing has to be kept either
  }
}

function told(updates: readonly Updated[]): Outcome {
  const [only] = updates;
  if (only === undefined) return { message: 'No plugin is installed' };
  const failed = updates.find((one) => one.failed !== undefined)?.failed;
  return {
    message: updates.map(({ message }) => message).join('\n'),
    ...(updates.length === 1 && named(only.id)),
    ...(failed !== undefined && { failed }),
    fields: { updates },
  };
}
