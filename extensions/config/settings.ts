import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  type Config,
  type ConfigLayer,
  type ConfigProblem,
  type ExtensionApi,
  type Host,
  type Invocation,
  type JsonObject,
  Trust,
  type TrustDecision,
} from 'tenon/plugin-api';
import { type LeftOut, restrictProjectSettings } from 'tenon/plugin-api/lib/project-settings';
import { getDotted, isObject, isPart, withDotted } from './dotted.ts';
import { repairTypes } from './key-types.ts';
import { freeze, laidOver, mergeLayers } from './merge.ts';
import type { Places } from './places.ts';
import { problemOf, readLayers } from './read-layers.ts';
import { writeKey } from './settings-file.ts';

/** The settings of a run. */
export class Settings implements Config {
  #layers: readonly ConfigLayer[] = [];
  #problems: readonly ConfigProblem[] = [];
  #merged: JsonObject = {};
  #counted: readonly ConfigLayer[] = [];
  #laid: JsonObject = {};
  #writing: Promise<void> = Promise.resolve();
  readonly #said = new Set<string>();
  readonly #api: ExtensionApi;
  readonly #host: Host;
  readonly #places: Places;
  readonly #flags: Invocation['flags'];

  private constructor(api: ExtensionApi, host: Host, places: Places, flags: Invocation['flags']) {
    this.#api = api;
    this.#host = host;
    this.#places = places;
    this.#flags = flags;
  }

  /**
   * Reads the settings of a run.
   * @throws UsageError when `--settings` or `--setting-sources` cannot be followed
   */
  static async load(api: ExtensionApi, host: Host, places: Places, flags: Invocation['flags']): Promise<Settings> {
    const settings = new Settings(api, host, places, flags);
    await settings.#read();
    return settings;
  }

  get userFolder(): string {
    return this.#places.user;
  }

  get projectFolder(): string {
    return this.#places.project;
  }

  get<T = unknown>(key: string): T | undefined {
    return getDotted(this.#merged, key) as T | undefined;
  }

  /** All that is merged. */
  get merged(): JsonObject {
    return this.#merged;
  }

  /** The layers with that part of their values that counts, strongest first. */
  get counted(): readonly ConfigLayer[] {
    return this.#counted;
  }

  /** The file that `set` writes. */
  file(source: 'local' | 'project' | 'user'): string {
    const { userFile, projectFile, localFile } = this.#places;
    return { user: userFile, project: projectFile, local: localFile }[source];
  }

  layers(): readonly ConfigLayer[] {
    return this.#layers;
  }

  extension(id: string): JsonObject {
    const { extensions } = this.#merged;
    const own = isObject(extensions) && Object.hasOwn(extensions, id) ? extensions[id] : undefined;
    return isObject(own) ? own : {};
  }

  problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  set(source: 'local' | 'project' | 'user', key: string, value: unknown): Promise<void> {
    const done = this.#writing.then(() => this.#set(source, key, value));
    this.#writing = done.catch(() => undefined); // the caller hears of it; the next write goes on
    return done;
  }

  lay(settings: JsonObject): Promise<void> {
    const done = this.#writing.then(async () => {
      this.#laid = laidOver(this.#laid, settings);
      await this.#read();
      await this.#api.hooks.ConfigChange.fire({ layers: this.#layers });
    });
    this.#writing = done.catch(() => undefined); // the caller hears of it; the next write goes on
    return done;
  }

  async #set(source: 'local' | 'project' | 'user', key: string, value: unknown): Promise<void> {
    if (!/^[^.]+(\.[^.]+)*$/.test(key)) throw new Error(`${JSON.stringify(key)} is not a settings key`);
    const locked = this.#host.distro.locked.find((one) => isPart(key, one) || isPart(one, key));
    if (locked !== undefined) throw new Error(`${key} cannot be changed: ${locked} is locked by this distribution`);
    if (value !== undefined) {
      repairTypes(withDotted({}, key, value), (wrong, message) => {
        throw new Error(`${wrong} ${message.split(';')[0]}`);
      });
    }
    const { userFile, projectFile, localFile, cwd, root } = this.#places;
    if (source === 'user') await writeKey(userFile, key, value);
    else {
      const before = await this.#trust();
      if (source === 'project') await writeKey(projectFile, key, value, cwd);
      else await writeKey(localFile, key, value, root);
      // the user's own change does not make the folder a changed one
      if (before.trusted && before.remembered === true) await (await this.#api.use(Trust)).decide(cwd, true);
    }
    await this.#read();
    await this.#api.hooks.ConfigChange.fire({ layers: this.#layers, changed: { source, path: this.file(source) } });
  }

  async #read(): Promise<void> {
    const { layers, problems } = await readLayers(
      this.#places,
      this.#host,
      this.#flags,
      () => this.#trust(),
      this.#laid,
    );
    const loaded = await this.#api.hooks.ConfigLoad.fire({ layers });
    const found = [...problems];
    const trust = loaded.layers.some(isOfProject) ? await this.#trust() : { trusted: false, reason: '' };
    this.#counted = loaded.layers.map((layer) =>
      isOfProject(layer) ? { ...layer, value: this.#restrict(layer, trust, found) } : layer,
    );
    this.#layers = freeze([...loaded.layers]);
    this.#merged = freeze(mergeLayers(this.#counted.map((layer) => layer.value)));
    this.#host.layEnv(this.#variables(found));
    // an administrator who demands something must hear that it is not done
    for (const layer of this.#counted) if (layer.source === 'managed') found.push(...unmetDemands(layer));
    this.#problems = found;
    for (const { source, message } of found) {
      if (this.#said.has(message)) continue;
      this.#said.add(message);
      if (source === 'managed') this.#api.log.error(message);
      else this.#api.log.warn(message);
    }
  }

  /** The `env` of the settings, which was restricted and repaired with them. */
  #variables(problems: ConfigProblem[]): Readonly<Record<string, string>> {
    const { env } = this.#merged;
    if (!isObject(env)) return {};
    const { CLAUDE_CONFIG_DIR: moved, ...variables } = env as Record<string, string>;
    const layer = moved === undefined ? undefined : this.#counted.find(({ value }) => holdsMoved(value));
    if (layer !== undefined) {
      const why = 'does not count: it says where settings are read; set it before the program starts';
      problems.push(problemOf(layer, why, 'env.CLAUDE_CONFIG_DIR'));
    }
    return variables;
  }

  async #trust(): Promise<TrustDecision> {
    const { projectIsUser, cwd } = this.#places;
    // what lies in the user's own folder is the user's, also when the program was started in the home folder
    if (projectIsUser) return { trusted: true, reason: 'the folder of the user' };
    if (!this.#api.has(Trust)) return { trusted: false, reason: 'this build has no folder trust' };
    return (await this.#api.use(Trust)).check(cwd);
  }

  #restrict(layer: ConfigLayer, trust: TrustDecision, problems: ConfigProblem[]): JsonObject {
    const { root, projectIsUser } = this.#places;
    if (projectIsUser) return layer.value;
    const { value, leftOut } = restrictProjectSettings(layer.value, {
      trusted: trust.trusted,
      inside: (path) => isInside(path.startsWith('~') ? this.#host.home : resolve(layer.dir, path), root),
    });
    const reasons: Record<LeftOut['why'], string> = {
      untrusted: trust.reason,
      'user-only': `a project may not set this; put it in ${this.#places.userFile}`,
      'stricter-only': 'a project may only make this stricter',
      outside: 'a project may only name folders inside its repository',
    };
    const shown = layer.path === undefined ? layer.source : relative(root, layer.path);
    for (const [why, reason] of Object.entries(reasons)) {
      const keys = leftOut.filter((one) => one.why === why).map((one) => one.key);
      if (keys.length === 0) continue;
      const key = keys.join(', ');
      problems.push({ ...problemOf(layer, '', key), skipped: true, message: `${key} of ${shown} skipped: ${reason}` });
    }
    return value;
  }
}

function unmetDemands(layer: ConfigLayer): ConfigProblem[] {
  const keys = ['forceLoginMethod', 'forceLoginOrgUUID'].filter((key) => Object.hasOwn(layer.value, key));
  return keys.map((key) => problemOf(layer, 'has no effect: there is no sign-in here, only keys', key));
}

function holdsMoved({ env }: JsonObject): boolean {
  return isObject(env) && Object.hasOwn(env, 'CLAUDE_CONFIG_DIR');
}

function isOfProject(layer: ConfigLayer): boolean {
  return layer.source === 'project' || layer.source === 'local';
}

function isInside(path: string, root: string): boolean {
  const way = relative(real(root), real(path));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path after symbolic links; of one that does not exist, as far as it does. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // it does not exist
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}
