import { type ExtensionApi, type Invocation, Plugins, UsageError } from 'tenon/plugin-api';
import { installedPlugins, isAt, type StoreScope } from './installed-plugins.ts';
import { isObject } from './json-file.ts';
import { change, type Outcome } from './outcome.ts';
import { oneWord, type Store, scopeOf, setNamed, settingsOf } from './store.ts';
import { StoreError } from './store-error.ts';
import { installedId, named } from './uninstall-verb.ts';

/** `plugin enable` and `plugin disable`. */
export function runSwitch(
  api: ExtensionApi,
  on: boolean,
  args: readonly string[],
  flags: Invocation['flags'],
): Promise<number> {
  const verb = on ? 'enable' : 'disable';
  if (flags.all === true) {
    if (on) throw new UsageError('plugin enable: --all is for plugin disable; name the plugin');
    if (args.length > 0) throw new UsageError(`plugin disable: name a plugin or write --all, not both`);
    return change(api, verb, flags, disableAll);
  }
  const word = oneWord(verb, args, 'plugin');
  return change(api, verb, flags, async (store) => {
    const { isExtension, switchExtension } = await import('./native-extensions.ts');
    if (isExtension(store, word)) return switchExtension(store, word, on);
    return set(store, await idOf(store, word), on);
  });
}

async function set(store: Store, id: string, on: boolean): Promise<Outcome> {
  const scope = scopeOf(store) ?? (await scopeThatSays(store, id));
  const before = await settingsOf(store, scope);
  const old = isObject(before.enabledPlugins) ? before.enabledPlugins[id] : undefined;
  if (old !== on) await setNamed(store, scope, 'enabledPlugins', id, on);
  const state = on ? 'on' : 'off';
  return {
    message:
      old === on
        ? `${id} was switched ${state} already (scope: ${scope})`
        : `Switched ${state}: ${id} (scope: ${scope})`,
    ...named(id),
    scope,
    fields: { enabled: on },
  };
}

async function disableAll(store: Store): Promise<Outcome> {
  const changed: string[] = [];
  for (const scope of ['user', 'project', 'local'] as const) {
    if (scopeOf(store) !== undefined && scopeOf(store) !== scope) continue;
    const { enabledPlugins } = await settingsOf(store, scope);
    for (const [id, on] of Object.entries(isObject(enabledPlugins) ? enabledPlugins : {})) {
      if (on !== true) continue;
      await setNamed(store, scope, 'enabledPlugins', id, false);
      changed.push(id);
    }
  }
  const { allExtensions, switchExtension } = await import('./native-extensions.ts');
  for (const { name, enabled } of allExtensions(store)) {
    if (!enabled) continue;
    await switchExtension(store, name, false);
    changed.push(name);
  }
  return {
    message: changed.length === 0 ? 'No plugin is switched on' : `Switched off: ${changed.join(', ')}`,
    fields: { disabled: changed },
  };
}

/** The strongest scope that says something of a plugin, else the one it was installed for. */
async function scopeThatSays(store: Store, id: string): Promise<StoreScope> {
  for (const scope of ['local', 'project', 'user'] as const) {
    const { enabledPlugins } = await settingsOf(store, scope);
    if (isObject(enabledPlugins) && Object.hasOwn(enabledPlugins, id)) return scope;
  }
  const list = (await installedPlugins(store.folders)).get(id) ?? [];
  return (
    (['local', 'project', 'user'] as const).find((scope) => list.some((one) => isAt(one, scope, store.host.cwd))) ??
    'user'
  );
}

/** The id of a plugin that is installed, or that settings or a folder of skills name. */
async function idOf(store: Store, word: string): Promise<string> {
  try {
    return await installedId(store, word);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'not-found') throw error;
    const all = store.api.has(Plugins) ? await (await store.api.use(Plugins)).installed() : [];
    const found = all.find(({ id, name }) => id === word || name === word);
    if (found !== undefined && found.scope !== 'inline') return found.id;
    throw error;
  }
}
