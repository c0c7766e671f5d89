import { resolve } from 'node:path';
import {
  Config,
  type Entry,
  type ExtensionApi,
  Extensions,
  type FolderReport,
  type Host,
  Loop,
  type PluginReload,
  type PluginReport,
  type Plugins,
  type PluginValidation,
  type SessionRef,
} from 'tenon/plugin-api';
import type { Found } from './discovery.ts';
import type { FetchedPlugins } from './fetched-plugins.ts';
import { NestedFolders } from './nested-folders.ts';
import type { Part } from './part.ts';
import type { PluginSource } from './plugin-sources.ts';

/** Milliseconds for reading all plugins; the first time there may be thousands of files. */
export const DISCOVERY_LIMIT = 30_000;

/** Settings that make other components take part. */
const SETTINGS = [
  'hooks',
  'disableAllHooks',
  'allowManagedHooksOnly',
  'strictPluginOnlyCustomization',
  'disableSideloadFlags',
  'enabledPlugins',
  'pluginConfigs',
  'strictKnownMarketplaces',
  'allowedMarketplaces',
  'blockedMarketplaces',
];

/** The plugins and folders that take part, and reading them anew. */
export class ClaudePlugins implements Plugins {
  readonly #api: ExtensionApi;
  readonly #host: Host;
  #found: Found | undefined;
  /** What takes part, as it was last added. */
  #parts: readonly Part[] = [];
  #dirs: readonly string[] = [];
  readonly #said = new Set<string>();
  #reloading: Promise<unknown> = Promise.resolve();
  /** The settings that were followed last. */
  #settings = '';
  #rereading = false;
  #released = false;
  /** What is being read, with the index that is written after it. */
  readonly #reads = new Set<Promise<unknown>>();
  /** Absent while no address was named. */
  #fetched: FetchedPlugins | undefined;
  readonly #folders: NestedFolders;
  /** The folders below the working directory whose skills take part. */
  readonly #nested: string[] = [];
  #nesting: Promise<unknown> = Promise.resolve();

  constructor(api: ExtensionApi, host: Host) {
    this.#api = api;
    this.#host = host;
    this.#folders = new NestedFolders(host);
    api.own(async () => {
      this.#released = true;
      // what is being written would stay behind half written
      await Promise.allSettled(this.#reads);
    });
  }

  /** The hooks of the settings, for which no other file is read. */
  async discoverHooks(): Promise<readonly Entry[]> {
    const { discoverHooks } = await import('./discovery.ts');
    const { parts, warnings } = await discoverHooks(this.#api, this.#host);
    this.#say(warnings);
    this.#parts = parts;
    const { entryOf } = await import('./entries.ts');
    return parts.map(entryOf);
  }

  /** Finds everything else; what the program starts with. */
  async discover(): Promise<readonly Entry[]> {
    const there = new Set(this.#parts.map(({ id }) => id));
    const found = await this.#find(false);
    this.#parts = found.parts;
    const { entryOf } = await import('./entries.ts');
    return found.parts.filter(({ id }) => !there.has(id)).map(entryOf);
  }

  #find(anew: boolean): Promise<Found> {
    return this.#read(() => this.#findAll(anew));
  }

  /** Is waited for when the program ends. */
  #read<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    const ended: Promise<unknown> = done.then(
      () => this.#reads.delete(ended),
      () => this.#reads.delete(ended), // the caller hears of it
    );
    this.#reads.add(ended);
    return done;
  }

  async #findAll(anew: boolean): Promise<Found> {
    const { discover } = await import('./discovery.ts');
    const over = () => this.#released;
    const scope = { dirs: this.#dirs, fetched: this.#fetching(anew), anew, over, nested: [...this.#nested] };
    const found = await discover(this.#api, this.#host, scope);
    this.#found = found;
    this.#settings = await this.#relevantSettings();
    this.#say(found.warnings);
    return found;
  }

  #say(warnings: readonly string[]): void {
    for (const text of warnings) {
      if (this.#said.has(text)) continue;
      this.#said.add(text);
      this.#api.log.warn(text);
    }
  }

  /** A tool read or changed a file: the skills of the folders on the way there take part from now on. */
  touched(session: SessionRef, path: string): Promise<void> | undefined {
    const dirs = this.#folders.look(resolve(session.cwd, path));
    if (dirs.length === 0) return undefined;
    // one after the other, for the names they take, and not behind a reload: that may wait for the end of this very turn
    const done = this.#nesting.then(() => this.#addNested(dirs));
    this.#nesting = done.catch(() => undefined); // the caller hears of it
    return done;
  }

  async #addNested(dirs: readonly string[]): Promise<void> {
    const { discoverNested } = await import('./discovery.ts');
    const { parts, reports, warnings } = await this.#read(() =>
      discoverNested(this.#api, this.#host, dirs, this.#parts),
    );
    if (this.#released) return;
    this.#say(warnings);
    if (parts.length > 0) await this.#change(parts, [], []);
    this.#parts = [...this.#parts, ...parts];
    this.#nested.push(...dirs);
    const found = this.#found;
    if (found !== undefined) this.#found = { ...found, folders: [...found.folders, ...reports] };
  }

  list(): readonly PluginReport[] {
    return this.#found?.plugins ?? [];
  }

  async installed(): Promise<readonly PluginReport[]> {
    const { discover } = await import('./discovery.ts');
    return (await discover(this.#api, this.#host, { dirs: this.#dirs, fetched: this.#fetching(false), all: true }))
      .plugins;
  }

  #fetching(anew: boolean): (addresses: readonly string[]) => Promise<readonly PluginSource[]> {
    return async (addresses) => {
      const { FetchedPlugins } = await import('./fetched-plugins.ts');
      this.#fetched ??= new FetchedPlugins(this.#api, this.#host);
      return this.#fetched.sources(addresses, anew);
    };
  }

  folders(): readonly FolderReport[] {
    return this.#found?.folders ?? [];
  }

  get defaultAgent(): string | undefined {
    return this.#found?.defaultAgent;
  }

  reload(more: { readonly dirs?: readonly string[] } = {}): Promise<PluginReload> {
    return this.#queued(() => this.#reload(more.dirs ?? []));
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#reloading.then(work);
    this.#reloading = done.catch(() => undefined); // the caller hears of it; the next one goes on
    return done;
  }

  /** Follows settings that changed while the program runs. */
  async followSettings(): Promise<void> {
    if (this.#rereading || this.#settings === (await this.#relevantSettings())) return;
    // whoever changed them may be inside of a turn, which would have to end first
    void this.#queued(() => this.#apply(false)).catch((error: unknown) => {
      if (!this.#released) this.#api.log.warn(`plugins and hooks are as before: ${(error as Error).message}`);
    });
  }

  /** What settings say about plugins and hooks. */
  async #relevantSettings(): Promise<string> {
    if (!this.#api.has(Config)) return '';
    const layers = (await this.#api.use(Config)).layers();
    return JSON.stringify(layers.map(({ source, value }) => [source, ...SETTINGS.map((key) => value[key])]));
  }

  async #reload(dirs: readonly string[]): Promise<PluginReload> {
    this.#dirs = [...new Set([...this.#dirs, ...dirs])];
    this.#folders.forget();
    if (this.#api.has(Config)) {
      this.#rereading = true;
      try {
        // laying nothing over them reads the files again
        await (await this.#api.use(Config)).lay({});
      } finally {
        this.#rereading = false;
      }
    }
    return this.#apply(true);
  }

  async #apply(anew: boolean): Promise<PluginReload> {
    const nothing = { added: [], changed: [], removed: [] };
    if (this.#released) return nothing;
    const { parts } = await this.#find(anew);
    if (this.#released) return nothing;
    const before = new Map(this.#parts.map((part) => [part.id, part]));
    const added = parts.filter(({ id }) => !before.has(id));
    const changed = parts.filter((part) => {
      const old = before.get(part.id);
      return old !== undefined && stateOf(old) !== stateOf(part);
    });
    const removed = this.#parts.flatMap(({ id }) => (parts.some((part) => part.id === id) ? [] : [id]));
    if (added.length + changed.length + removed.length > 0) {
      const change = () => this.#change(added, changed, removed);
      // without a loop there are no turns to wait for
      await (this.#api.has(Loop) ? (await this.#api.use(Loop)).atBoundary(change) : change());
      // skills of folders that were touched meanwhile
      const late = this.#parts.filter(({ id }) => !before.has(id) && !parts.some((part) => part.id === id));
      this.#parts = [...parts, ...late];
    }
    const ids = (list: readonly Part[]) => list.map(({ id }) => id);
    return { added: ids(added), changed: ids(changed), removed };
  }

  async #change(added: readonly Part[], changed: readonly Part[], removed: readonly string[]): Promise<void> {
    const extensions = await this.#api.use(Extensions);
    const { entryOf } = await import('./entries.ts');
    const before = new Map(extensions.list().map(({ manifest }) => [manifest.id, manifest]));
    for (const id of removed) await extensions.release(id);
    for (const part of changed) await (await extensions.prepare(entryOf(part))).commit();
    const entries = added.map(entryOf);
    await extensions.add(entries);
    const points = new Map<string, Set<string>>();
    for (const id of [...removed, ...changed.map((part) => part.id), ...added.map((part) => part.id)]) {
      const now = extensions.list().find(({ manifest, state }) => manifest.id === id && state !== 'released')?.manifest;
      for (const manifest of [before.get(id), now]) {
        for (const [point, list] of Object.entries(manifest?.contributes ?? {})) {
          const names = points.get(point) ?? new Set();
          for (const one of list) names.add(typeof one === 'string' ? one : one.name);
          points.set(point, names);
        }
      }
    }
    // names that nobody has used yet have no items whose coming and going the kernel could tell of
    for (const [point, names] of points) await this.#api.hooks.PointChanged.fire({ point, names: [...names] });
  }

  async read(dir: string): Promise<PluginReport> {
    const { reportOf } = await import('./one-plugin.ts');
    return reportOf(dir);
  }

  async validate(dir: string, options: { readonly strict?: boolean } = {}): Promise<PluginValidation> {
    const { validate } = await import('./validate.ts');
    return validate(dir, options.strict === true);
  }
}

/** Everything that makes a part what it is. */
function stateOf(part: Part): string {
  return JSON.stringify(part);
}
