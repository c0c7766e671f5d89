import { join } from 'node:path';
import {
  Config,
  type Disposable,
  type Entry,
  type ExtensionApi,
  type Host,
  type Invocation,
  Loop,
  type Origin,
  type PluginLoader,
  type ReloadOutcome,
  Trust,
} from 'tenon/plugin-api';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { type FindContext, type FoundExtension, findExtension } from './find-extension.ts';
import type { LoaderSettings } from './manifest.ts';
import { ManifestIndex } from './manifest-index.ts';
import { type Candidate, candidatesOf, type Wanted } from './places.ts';
import { stateOf } from './source-files.ts';

/** An extension that was found, by its place. */
export interface KnownExtension {
  readonly candidate: Candidate;
  id: string;
  /** When it was last looked at, in milliseconds since the epoch. */
  readonly since: number;
  /** Its files as they were then; absent as long as nobody has asked for changes, because looking at them takes a while. */
  state: string | undefined;
}

/** Finds native extensions at the start of the program, and again when they are to be reloaded. */
export class Loader implements PluginLoader, Disposable {
  readonly known = new Map<string, KnownExtension>();
  readonly #api: ExtensionApi<LoaderSettings>;
  readonly #host: Host;
  readonly #flags: Invocation['flags'];
  readonly #cache: string;
  readonly #index: ManifestIndex;
  /** Places of the project whose code has been run, because the folder is trusted. */
  readonly #allowed = new Set<string>();
  #watching: Promise<Disposable> | undefined;
  #reloading: Promise<unknown> = Promise.resolve();

  constructor(api: ExtensionApi<LoaderSettings>, host: Host, flags: Invocation['flags']) {
    this.#api = api;
    this.#host = host;
    this.#flags = flags;
    this.#cache = join(userFolder(host), 'tenon', 'cache', 'plugin-loader');
    this.#index = new ManifestIndex(join(this.#cache, 'manifests.json'));
  }

  /** The entries of all places, for the start of the program. */
  async discover(): Promise<readonly Entry[]> {
    const found = await this.findAll();
    for (const [candidate, { entry }] of found) {
      const known = { candidate, id: String(entry.manifest.id), since: Date.now(), state: undefined };
      this.known.set(candidate.path, known);
    }
    this.#watch();
    return found.map(([, { entry }]) => entry);
  }

  /** What all places hold, those of the command line first: they stand in the place of others of the same id. */
  async findAll(): Promise<readonly (readonly [Candidate, FoundExtension])[]> {
    const candidates = candidatesOf(this.#host, await this.#wanted());
    const context = await this.#context(candidates);
    const all = await Promise.all(
      candidates.map(async (candidate) => [candidate, await findExtension(candidate, context)] as const),
    );
    await this.#save(candidates);
    const { disabled } = this.#api.config;
    const given = new Set(
      all.flatMap(([candidate, found]) => (candidate.given && found ? [found.entry.manifest.id] : [])),
    );
    return all.flatMap(([candidate, found]) => {
      if (found === undefined) return [];
      const { id } = found.entry.manifest;
      if (!candidate.given && (given.has(id) || disabled.includes(id))) return [];
      return [[candidate, found] as const];
    });
  }

  async entry(path: string, origin: Origin['kind']): Promise<Entry | undefined> {
    const kind = origin === 'project' ? 'project' : 'user';
    const candidate: Candidate = { path, origin: kind, given: false };
    const found = await findExtension(candidate, await this.#context([candidate]));
    if (found?.problem !== undefined) throw new Error(found.problem);
    return found?.entry;
  }

  async reload(
    options: { readonly ids?: readonly string[]; readonly wait?: boolean } = {},
  ): Promise<readonly ReloadOutcome[]> {
    const { Reload } = await import('./reload.ts');
    // one after the other: a second change waits for the first to be in force
    const run = this.#reloading.then(() => new Reload(this.#api, this).run(options));
    this.#reloading = run.catch(() => undefined); // whoever asked is told
    return run;
  }

  /** Remembers an extension as it is now. */
  note(candidate: Candidate, id: string): void {
    this.known.set(candidate.path, { candidate, id, since: Date.now(), state: stateOf(candidate.path) });
  }

  async dispose(): Promise<void> {
    const watching = await this.#watching;
    await watching?.dispose();
  }

  async #wanted(): Promise<Wanted> {
    const { plugin, bare, 'safe-mode': safe } = this.#flags;
    const given = Array.isArray(plugin) ? (plugin as readonly string[]) : [];
    const config = this.#api.has(Config) ? await this.#api.use(Config) : undefined;
    const refused =
      safe === true
        ? '--safe-mode is given'
        : config?.get('disableSideloadFlags') === true
          ? 'disableSideloadFlags is set'
          : this.#host.distro.plugins === 'none'
            ? `${this.#host.distro.name} takes no extensions from outside`
            : undefined;
    if (given.length > 0 && refused !== undefined) this.#api.log.warn(`--plugin is not followed: ${refused}`);
    return { given: refused === undefined ? given : [], installed: safe !== true && bare !== true };
  }

  async #context(candidates: readonly Candidate[]): Promise<FindContext> {
    const api = this.#api;
    const projects = candidates.some(({ origin }) => origin === 'project');
    const trust = projects && api.has(Trust) ? await api.use(Trust) : undefined;
    const trusted = (await trust?.check(this.#host.cwd))?.trusted === true;
    const named = (path: string, id: string) => {
      this.#allowed.add(path);
      const known = this.known.get(path);
      if (known !== undefined) known.id = id;
      return this.#save(candidates);
    };
    const cache = join(this.#cache, 'code');
    return { api, index: this.#index, cache, trusted, allowed: this.#allowed, named };
  }

  /** Without what was found before, the next start takes longer, and nothing else. */
  async #save(candidates: readonly Candidate[]): Promise<void> {
    try {
      await this.#index.save(candidates.map(({ path }) => path));
    } catch (error) {
      this.#api.log.debug(`the manifests that were found cannot be kept: ${(error as Error).message}`);
    }
  }

  #watch(): void {
    const watched = [...this.known.values()].filter(({ candidate }) => candidate.given || this.#api.config.watch);
    if (watched.length === 0 || this.#watching !== undefined) return;
    const paths = watched.map(({ candidate }) => candidate.path);
    const sessions = () => (this.#api.has(Loop) ? this.#api.maybe(Loop) : undefined)?.sessions() ?? [];
    this.#watching = import('./watch.ts').then(({ watchSources }) =>
      watchSources(paths, {
        // who may change files may not run programs by that: a person says when what a model wrote is run
        atWork: () =>
          sessions().some(({ status, permissionMode }) => status !== 'idle' && permissionMode !== 'bypassPermissions'),
        changed: async (byModel) => {
          const { sayOutcomes, sayWaiting } = await import('./reload.ts');
          if (byModel) sayWaiting(this.#api);
          else sayOutcomes(this.#api, await this.reload());
        },
        failed: (message) => this.#api.log.warn(message),
      }),
    );
  }
}
