import { join } from 'node:path';
import {
  Config,
  type ConfigLayer,
  type ExtensionApi,
  Host,
  type Invocation,
  Trust,
  UsageError,
} from 'tenon/plugin-api';
import { type Folders, foldersOf } from './folders.ts';
import type { StoreScope } from './installed-plugins.ts';
import { isObject, readJsonObject } from './json-file.ts';
import { type DeclaredMarketplace, declaredMarketplaces } from './known-marketplaces.ts';
import { printable } from './printable.ts';
import type { StoreError } from './store-error.ts';

/** What everything that is done with plugins works with. */
export interface Store {
  readonly api: ExtensionApi;
  readonly host: Host;
  readonly config: Config;
  readonly folders: Folders;
  readonly flags: Invocation['flags'];
  /** Tells the user what is going on; never on standard output. */
  say(text: string): Promise<void>;
  /** True when the user agrees. Nobody to ask: what `--yes` says. */
  confirm(question: string): Promise<boolean>;
  readonly signal: AbortSignal;
}

export async function openStore(api: ExtensionApi, flags: Invocation['flags']): Promise<Store> {
  const host = await api.use(Host);
  if (!api.has(Config)) throw new Error('this build has no settings, so that plugins cannot be switched on');
  const config = await api.use(Config);
  return {
    api,
    host,
    config,
    flags,
    folders: foldersOf(host),
    signal: api.signal,
    async say(text) {
      await host.stderr.write(printable(`${text}\n`));
    },
    async confirm(question) {
      if (flags.yes === true) return true;
      if (flags.json === true || !host.stdin.isTerminal || !host.stderr.isTerminal) return false;
      await host.stderr.write(printable(`${question} [y/N] `));
      for await (const line of host.stdin.lines()) return /^y(es)?$/i.test(line.trim());
      return false;
    },
  };
}

/** True when the settings of the project count. */
async function isTrusted({ api, host }: Store): Promise<boolean> {
  return api.has(Trust) && (await (await api.use(Trust)).check(host.cwd)).trusted;
}

/** The marketplaces that settings name. */
export async function marketplacesOfSettings(
  store: Store,
): Promise<ReadonlyMap<string, DeclaredMarketplace | StoreError>> {
  const layers = store.config.layers();
  const asks = layers.some(
    ({ source, value }) => (source === 'project' || source === 'local') && isObject(value.extraKnownMarketplaces),
  );
  return declaredMarketplaces(layers, asks && (await isTrusted(store)));
}

/** The scope that `--scope` names. */
export function scopeOf({ flags }: Store): StoreScope | undefined {
  return flags.scope as StoreScope | undefined;
}

/**
 * Writes one name of an object in the settings; `undefined` takes it out. The file is read again before, because another
 * process may have changed it.
 */
export async function setNamed(
  store: Store,
  scope: StoreScope,
  key: string,
  name: string,
  value: unknown,
): Promise<void> {
  const { config } = store;
  if (!name.includes('.')) return config.set(scope, `${key}.${name}`, value);
  // a dot in a name would be taken for one between names
  const now = await settingsOf(store, scope);
  const { [name]: _old, ...rest } = isObject(now[key]) ? now[key] : {};
  await config.set(scope, key, value === undefined ? rest : { ...rest, [name]: value });
}

/** What the settings file of a scope holds now. */
export async function settingsOf({ config }: Store, scope: StoreScope): Promise<ConfigLayer['value']> {
  const layer = config.layers().find(({ source, path }) => source === scope && path !== undefined);
  const file =
    layer?.path ??
    {
      user: join(config.userFolder, 'settings.json'),
      project: join(config.projectFolder, 'settings.json'),
      local: join(config.projectFolder, 'settings.local.json'),
    }[scope];
  return file.endsWith('.json') ? ((await readJsonObject(file)) ?? {}) : (layer?.value ?? {});
}

/** The one word that a verb takes. */
export function oneWord(verb: string, args: readonly string[], what: string): string {
  const [word, ...more] = args;
  if (word === undefined || word === '') throw new UsageError(`plugin ${verb}: ${what} is missing`);
  if (more.length > 0)
    throw new UsageError(`plugin ${verb} takes one ${what}, got ${JSON.stringify(more.join(' '))} too`);
  return word;
}

export function noWords(verb: string, args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`plugin ${verb} takes no words, got ${JSON.stringify(args.join(' '))}`);
}
