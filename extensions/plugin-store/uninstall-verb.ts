import type { ExtensionApi, Invocation } from 'tenon/plugin-api';
import { installedPlugins, isAt } from './installed-plugins.ts';
import { change, type Outcome } from './outcome.ts';
import { noWords, oneWord, type Store, scopeOf } from './store.ts';
import { StoreError } from './store-error.ts';
import { dependentsOf, orphans, sweepVersions, uninstallAll, uninstallAt } from './uninstall.ts';

/** `plugin uninstall`. */
export function runUninstall(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  const word = oneWord('uninstall', args, 'plugin');
  return change(api, 'uninstall', flags, async (store) => {
    const { isExtension, uninstallExtension } = await import('./native-extensions.ts');
    if (isExtension(store, word)) return uninstallExtension(store, word);
    return uninstall(store, word);
  });
}

async function uninstall(store: Store, word: string): Promise<Outcome> {
  const id = await installedId(store, word);
  const list = (await installedPlugins(store.folders)).get(id)!;
  const { cwd } = store.host;
  const scopes = (['local', 'project', 'user'] as const).filter((one) => list.some((other) => isAt(other, one, cwd)));
  const scope = scopeOf(store) ?? scopes[0];
  if (scope === undefined || !scopes.includes(scope)) {
    const elsewhere = list.map((one) => `${one.scope}${one.projectPath === undefined ? '' : ` of ${one.projectPath}`}`);
    throw new StoreError(
      'not-found',
      `${id} is not installed ${scope === undefined ? 'here' : `in the scope ${scope}`}; it is in: ${elsewhere.join(', ')}`,
    );
  }
  const needed = (await dependentsOf(store, id)).filter((other) => other !== id);
  if (
    list.length === 1 &&
    needed.length > 0 &&
    !(await store.confirm(
      `${needed.join(', ')} need${needed.length === 1 ? 's' : ''} ${id}. Uninstall it all the same?`,
    ))
  )
    throw new StoreError('needed', `${id} is needed by ${needed.join(', ')}; uninstall that first, or add --yes`);
  await uninstallAt(store, id, scope, store.flags['keep-data'] === true);
  const pruned = store.flags.prune === true ? await prune(store) : [];
  const rest = store.flags.prune === true ? [] : await orphans(store);
  return {
    message: `Uninstalled ${id} (scope: ${scope})`,
    ...named(id),
    scope,
    lines: [
      ...pruned.map((one) => `  and ${one}, which nothing needs any more`),
      ...(rest.length === 0
        ? []
        : [`  nothing needs ${rest.join(', ')} any more; ${store.host.distro.command} plugin prune removes that too`]),
    ],
    fields: { pruned },
  };
}

/** `plugin prune`. */
export function runPrune(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  noWords('prune', args);
  return change(api, 'prune', flags, async (store) => {
    const found = await orphans(store);
    if (flags['dry-run'] === true)
      return {
        message: found.length === 0 ? 'There is nothing to remove' : `Would uninstall ${found.join(', ')}`,
        fields: { pruned: [], orphans: found },
      };
    const pruned = await prune(store);
    await sweepVersions(store);
    return {
      message: pruned.length === 0 ? 'There is nothing to remove' : `Uninstalled ${pruned.join(', ')}`,
      fields: { pruned },
    };
  });
}

async function prune(store: Store): Promise<readonly string[]> {
  const found = await orphans(store);
  await uninstallAll(store, found);
  return found;
}

/** The id of an installed plugin, by its id or its name. @throws StoreError `not-found`, `ambiguous` */
export async function installedId(store: Store, word: string): Promise<string> {
  const ids = [...(await installedPlugins(store.folders)).keys()];
  const found = ids.filter((id) => id === word || id.slice(0, id.lastIndexOf('@')) === word);
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new StoreError('ambiguous', `several plugins are called ${word}; write ${found.join(' or ')}`);
  const { nearest } = await import('tenon/plugin-api/lib/nearest');
  const near = nearest(word, [...ids, ...ids.map((id) => id.slice(0, id.lastIndexOf('@')))]);
  throw new StoreError('not-found', `${word} is not installed${near === undefined ? '' : `; did you mean ${near}?`}`);
}

export function named(id: string): { readonly plugin: string; readonly pluginId: string } {
  return { plugin: id.slice(0, id.lastIndexOf('@')), pluginId: id };
}
