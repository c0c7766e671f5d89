import { rmSync } from 'node:fs';
import { type ExtensionApi, Host, type Invocation, UsageError } from 'tenon/plugin-api';
import { installedPlugins } from './installed-plugins.ts';
import { isObject } from './json-file.ts';
import { type KnownMarketplace, keepMarketplace, knownMarketplaces } from './known-marketplaces.ts';
import { marketplaceSourceOf } from './marketplace-words.ts';
import { addMarketplace, openMarketplace, refreshMarketplace } from './marketplaces.ts';
import { change, type Outcome } from './outcome.ts';
import { printable } from './printable.ts';
import { shownSource } from './source.ts';
import {
  marketplacesOfSettings,
  noWords,
  oneWord,
  openStore,
  type Store,
  scopeOf,
  setNamed,
  settingsOf,
} from './store.ts';
import { StoreError } from './store-error.ts';
import { isInside } from './tree.ts';
import { uninstallAll } from './uninstall.ts';

const VERBS = ['add', 'list', 'remove', 'update'];

/** `plugin marketplace …`. */
export async function runMarketplace(
  api: ExtensionApi,
  args: readonly string[],
  flags: Invocation['flags'],
): Promise<number> {
  const [verb = 'list', ...rest] = args;
  switch (verb) {
    case 'add': {
      const word = oneWord('marketplace add', rest, 'source');
      return change(api, 'marketplace add', flags, (store) => add(store, word));
    }
    case 'remove':
    case 'rm': {
      const name = oneWord('marketplace remove', rest, 'name');
      return change(api, 'marketplace remove', flags, (store) => remove(store, name));
    }
    case 'update':
      return change(api, 'marketplace update', flags, (store) => update(store, rest));
    case 'list':
      noWords('marketplace list', rest);
      return list(await openStore(api, flags), await api.use(Host));
    default:
      throw new UsageError(`plugin marketplace: there is no verb ${JSON.stringify(verb)}; use ${VERBS.join(', ')}`);
  }
}

async function add(store: Store, word: string): Promise<Outcome> {
  const source = await marketplaceSourceOf(word, store);
  const scope = scopeOf(store) ?? 'user';
  const { name, marketplace, again } = await addMarketplace(store, source, scope);
  const count = marketplace.plugins.size;
  return {
    message: `${again ? 'Fetched again' : 'Added'} the marketplace ${name} from ${shownSource(source)} (${count} plugin${count === 1 ? '' : 's'})`,
    scope,
    lines: marketplace.problems.map((problem) => `  problem: ${problem}`),
    fields: { name, source, plugins: [...marketplace.plugins.keys()], problems: marketplace.problems },
  };
}

async function remove(store: Store, name: string): Promise<Outcome> {
  const known = (await knownMarketplaces(store.folders)).get(name);
  const scopes: string[] = [];
  const chosen = scopeOf(store);
  for (const scope of ['user', 'project', 'local'] as const) {
    if (chosen !== undefined && chosen !== scope) continue;
    const named = (await settingsOf(store, scope)).extraKnownMarketplaces;
    if (!isObject(named) || !Object.hasOwn(named, name)) continue;
    await setNamed(store, scope, 'extraKnownMarketplaces', name, undefined);
    scopes.push(scope);
  }
  if (known === undefined && scopes.length === 0) throw new StoreError('not-found', `there is no marketplace ${name}`);
  const ids = [...(await installedPlugins(store.folders)).keys()].filter((id) => id.endsWith(`@${name}`));
  await uninstallAll(store, ids);
  if (known !== undefined) {
    await keepMarketplace(store.folders, name, undefined);
    // a folder of the user stays where it is
    if (
      isInside(known.installLocation, store.folders.marketplaces) &&
      known.installLocation !== store.folders.marketplaces
    )
      rmSync(placeOf(store, name, known), { recursive: true, force: true });
  }
  return {
    message: `Removed the marketplace ${name}`,
    ...(scopes.length > 0 && { scope: scopes.join(', ') }),
    lines: ids.map((id) => `  uninstalled ${id}`),
    fields: { name, uninstalled: ids },
  };
}

function placeOf({ folders }: Store, name: string, { installLocation }: KnownMarketplace): string {
  const folder = `${folders.marketplaces}/${name}`;
  return installLocation === folder || installLocation.startsWith(`${folder}/`) ? folder : installLocation;
}

/** Each by itself: one that cannot be reached stays as it was. */
async function update(store: Store, names: readonly string[]): Promise<Outcome> {
  const known = await knownMarketplaces(store.folders);
  for (const name of names) if (!known.has(name)) throw new StoreError('not-found', `there is no marketplace ${name}`);
  const updated: string[] = [];
  const failed: string[] = [];
  for (const [name, one] of known) {
    if (names.length > 0 && !names.includes(name)) continue;
    try {
      await refreshMarketplace(store, name, one);
      updated.push(name);
    } catch (error) {
      failed.push(`${name} is as it was: ${(error as Error).message}`);
    }
  }
  const done = updated.length === 0 ? 'No marketplace was updated' : `Updated ${updated.join(', ')}`;
  return {
    message: [done, ...failed].join('\n'),
    ...(failed.length > 0 && { failed: 'network' }),
    fields: { updated, failures: failed },
  };
}

async function list(store: Store, host: Host): Promise<number> {
  const known = await knownMarketplaces(store.folders);
  const rows: Record<string, unknown>[] = [...known].map(([name, { source, installLocation, lastUpdated }]) => {
    const { source: kind, ...place } = source;
    const shown = kind === 'settings' ? {} : place;
    return { name, source: kind, ...shown, installLocation, lastUpdated };
  });
  const problems: string[] = [];
  for (const [name, one] of await marketplacesOfSettings(store)) {
    if (known.has(name)) continue;
    if (one instanceof StoreError) problems.push(one.message);
    else rows.push({ name, source: one.source.source, declaredBy: one.from });
  }
  for (const name of known.keys()) {
    try {
      const { marketplace } = await openOffline(store, name);
      const row = rows.find((one) => one.name === name)!;
      row.plugins = marketplace.plugins.size;
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (store.flags.json === true) {
    await host.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    for (const problem of problems) await store.say(problem);
    return 0;
  }
  const lines = rows.map((row) => {
    const one = known.get(String(row.name));
    const from =
      one === undefined ? `named by the ${String(row.declaredBy)} settings, not fetched yet` : shownSource(one.source);
    return `${String(row.name)}  ${from}${row.plugins === undefined ? '' : `  (${String(row.plugins)} plugins)`}`;
  });
  const none = `There are no marketplaces. Add one with: ${host.distro.command} plugin marketplace add SOURCE`;
  const shown = [...(lines.length === 0 ? [none] : lines), ...problems.map((one) => `problem: ${one}`)];
  await host.stdout.write(printable(`${shown.join('\n')}\n`));
  return 0;
}

/** Opens a marketplace without fetching anything. */
export async function openOffline(store: Store, name: string) {
  const { existsSync } = await import('node:fs');
  const { marketplaceFile } = await import('./marketplace.ts');
  const known = (await knownMarketplaces(store.folders)).get(name);
  if (known !== undefined && !existsSync(marketplaceFile(known.installLocation)))
    throw new StoreError(
      'not-found',
      `its files are gone (${known.installLocation}); fetch it again with: ${store.host.distro.command} plugin marketplace update ${name}`,
    );
  return openMarketplace(store, name);
}
