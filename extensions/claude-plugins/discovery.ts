import { join } from 'node:path';
import {
  Cli,
  type ComponentOrigin,
  type ComponentPlugin,
  Config,
  type ConfigLayer,
  type ExtensionApi,
  type FolderReport,
  type HookHandler,
  type Host,
  type Invocation,
  type JsonObject,
  type PluginProblem,
  type PluginReport,
  Trust,
} from 'tenon/plugin-api';
import { ComponentIndex } from './component-index.ts';
import type { AgentRecord, Contents, SkillRecord, StyleRecord } from './contents.ts';
import { isObject, present } from './fields.ts';
import { readSettingsFolder } from './folder-reader.ts';
import { handlersOf } from './hook-handlers.ts';
import { readMarketplaceEntry } from './marketplace-entry.ts';
import { boundaryOf, hasComponents, type Places, placesOf, type SettingsFolder } from './places.ts';
import { readPlugin } from './plugin-reader.ts';
import { enabledPlugins, inlineSources, installedSources, type PluginSource } from './plugin-sources.ts';
import { componentNames } from './report.ts';
import { type Switches, switchesOf } from './switches.ts';
import { realOf } from './tree.ts';
import { optionsOf } from './user-options.ts';
import { fitsRange } from './version-range.ts';

/** The version of the format that this program reads: what `engines` of a plugin is compared with. */
const FORMAT_VERSION = '2.1.330';

/** A part of a setup that becomes one extension: a plugin, a settings folder, the hooks of the settings. */
export interface Part {
  /** The id of the extension. */
  readonly id: string;
  readonly version: string;
  readonly description: string;
  /** Where it lies, absolute. */
  readonly path?: string;
  readonly plugin?: ComponentPlugin;
  /** The ids of other parts that come first. */
  readonly after: readonly string[];
  /** Of links. */
  readonly boundary?: string;
  readonly skills: readonly Placed<SkillRecord>[];
  readonly agents: readonly Placed<AgentRecord>[];
  readonly styles: readonly Placed<StyleRecord>[];
  readonly handlers: readonly HookHandler[];
  readonly mcpServers: Readonly<Record<string, JsonObject>>;
  readonly lspServers: Readonly<Record<string, JsonObject>>;
  /** The folder of its programs, absolute. */
  readonly bin?: string;
}

/** A record with the folder that its file is below, and whether it is trusted. */
export interface Placed<T> {
  readonly record: T;
  readonly root: string;
  readonly origin: Omit<ComponentOrigin, 'file'>;
  readonly boundary?: string | undefined;
}

/** Everything that was found. */
export interface Found {
  readonly parts: readonly Part[];
  readonly plugins: readonly PluginReport[];
  readonly folders: readonly FolderReport[];
  readonly defaultAgent: string | undefined;
  /** What the user is told of at once. */
  readonly warnings: readonly string[];
}

/** A plugin that was read. */
interface Loaded {
  readonly source: PluginSource;
  readonly id: string;
  readonly contents: Contents;
  readonly problems: PluginProblem[];
  plugin?: ComponentPlugin;
}

/** What a discovery is asked for. */
export interface Scope {
  /** More folders of plugins, as if named by `--plugin-dir`. */
  readonly dirs: readonly string[];
  /** Also plugins that are installed and not switched on; for a list of them. */
  readonly all?: boolean;
}

/** Finds and reads everything. Nothing of it is run. */
export async function discover(api: ExtensionApi, host: Host, scope: Scope): Promise<Found> {
  const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
  const places = placesOf(host, flags);
  const config = api.has(Config) ? await api.use(Config) : undefined;
  const layers = config?.layers() ?? [];
  const switches = switchesOf(host, flags, config);
  const index = new ComponentIndex(join(places.user, 'tenon', 'cache', 'plugins-index.json'), (text) =>
    api.log.warn(text),
  );
  const discovery = new Discovery(api, host, flags, places, layers, switches, index);
  const found = await discovery.run(scope);
  await index.save();
  return found;
}

class Discovery {
  readonly #api: ExtensionApi;
  readonly #host: Host;
  readonly #flags: Invocation['flags'];
  readonly #places: Places;
  readonly #layers: readonly ConfigLayer[];
  readonly #switches: Switches;
  readonly #index: ComponentIndex;
  readonly #warnings: string[] = [];

  constructor(
    api: ExtensionApi,
    host: Host,
    flags: Invocation['flags'],
    places: Places,
    layers: readonly ConfigLayer[],
    switches: Switches,
    index: ComponentIndex,
  ) {
    this.#api = api;
    this.#host = host;
    this.#flags = flags;
    this.#places = places;
    this.#layers = layers;
    this.#switches = switches;
    this.#index = index;
  }

  async run({ dirs, all = false }: Scope): Promise<Found> {
    const folders = await this.#folders();
    const plugins = await this.#plugins(folders, dirs, all);
    const parts = [
      ...this.#settingsHooks(await this.#settingsTrusted()),
      ...this.#folderParts(folders),
      ...plugins.flatMap((one) => this.#pluginPart(one, plugins) ?? []),
    ];
    const reports = plugins.map((one) => this.#report(one, parts));
    this.#tell(reports);
    return {
      parts,
      plugins: reports,
      folders: folders.map((folder) => folderReport(folder)),
      defaultAgent: plugins.find(({ plugin, contents }) => plugin !== undefined && contents.agent !== undefined)
        ?.contents.agent,
      warnings: this.#warnings,
    };
  }

  // ----------------------------------------------------------------- folders

  async #folders(): Promise<readonly ReadFolder[]> {
    const read: ReadFolder[] = [];
    for (const folder of this.#places.folders) {
      if (!this.#switches.reads(folder.scope, this.#added(folder)) || !hasComponents(folder.path)) continue;
      const trusted = folder.scope !== 'project' || (await this.#trusted(folder.dir)).trusted;
      const boundary = trusted ? undefined : boundaryOf(folder.dir, this.#places.root);
      const contents = await this.#index.contents({
        root: folder.path,
        boundary,
        variant: 'folder',
        read: readSettingsFolder,
      });
      read.push({ folder, contents, trusted, ...present({ boundary }), problems: [...contents.problems], kept: {} });
    }
    return read;
  }

  /** A folder that was named on the command line. */
  #added({ dir, scope }: SettingsFolder): boolean {
    const { cwd } = this.#host;
    return scope === 'project' && dir !== cwd && !`${cwd}/`.startsWith(dir.endsWith('/') ? dir : `${dir}/`);
  }

  async #trusted(dir: string): Promise<{ readonly trusted: boolean; readonly reason: string }> {
    if (!this.#api.has(Trust)) return { trusted: false, reason: 'this build has no folder trust' };
    return (await this.#api.use(Trust)).check(dir);
  }

  /** One part for each scope. Of one name the strongest takes part, and the others are in the report. */
  #folderParts(folders: readonly ReadFolder[]): readonly Part[] {
    const off = (kind: string) => (scope: SettingsFolder['scope']) =>
      scope !== 'managed' && this.#switches.locked.has(kind);
    const [noSkills, noAgents, noStyles] = ['skills', 'agents', 'output-styles'].map(off) as [Off, Off, Off];
    // a skill comes before a command; for agents and styles the project comes before the user
    const inOrder = [...folders].sort((a, b) => rank(a) - rank(b));
    const skills = winners(folders, ({ skills: list }) => list.filter(({ command }) => command !== true), noSkills);
    const commands = winners(
      folders,
      ({ skills: list }) => list.filter(({ command }) => command === true),
      noSkills,
      skills,
    );
    const agents = winners(inOrder, ({ agents: list }) => list, noAgents);
    const styles = winners(inOrder, ({ styles: list }) => list, noStyles);
    for (const read of folders) {
      const mine = <T>(list: ReadonlyMap<string, readonly [ReadFolder, T]>) =>
        [...list.values()].flatMap(([of, record]) => (of === read ? [record] : []));
      read.kept = { skills: [...mine(skills), ...mine(commands)], agents: mine(agents), styles: mine(styles) };
      this.#sayHooks(read);
    }
    return (['managed', 'project', 'user'] as const).flatMap((scope): Part[] => {
      const own = folders.filter(({ folder }) => folder.scope === scope);
      const placed = <T>(pick: (kept: Kept) => readonly T[] | undefined) =>
        own.flatMap((read) =>
          (pick(read.kept) ?? []).map((record): Placed<T> => {
            const { folder, trusted, boundary } = read;
            return { record, root: folder.path, origin: { kind: scope, trusted }, boundary };
          }),
        );
      const part = {
        skills: placed((kept) => kept.skills),
        agents: placed((kept) => kept.agents),
        styles: placed((kept) => kept.styles),
      };
      if (part.skills.length + part.agents.length + part.styles.length === 0) return [];
      return [
        {
          id: `claude-${scope}-folder`,
          version: '1',
          description: `Skills, commands, agents and output styles of the ${scope}`,
          path: own[0]!.folder.path,
          after: [],
          ...part,
          handlers: [],
          mcpServers: {},
          lspServers: {},
        },
      ];
    });
  }

  /** Handlers in the front matter of a folder that is not trusted are passed over by whoever would run them. */
  #sayHooks({ kept, trusted, folder, problems }: ReadFolder): void {
    if (trusted) return;
    const having = [...(kept.skills ?? []), ...(kept.agents ?? [])].filter(({ hooks }) => hooks !== undefined);
    if (having.length === 0) return;
    const message = `hooks of ${having.map(({ name }) => name).join(', ')} skipped: folder not trusted; run with --trust`;
    problems.push({ type: 'untrusted', severity: 'warning', message });
    this.#warnings.push(`${folder.path}: ${message}`);
  }

  // ------------------------------------------------------------------ hooks

  async #settingsTrusted(): Promise<boolean> {
    const asks = this.#layers.some(({ source, value }) => isOfProject(source) && isObject(value.hooks));
    if (!asks) return false;
    return (await this.#trusted(this.#host.cwd)).trusted;
  }

  #settingsHooks(trusted: boolean): readonly Part[] {
    const problems: PluginProblem[] = [];
    const names = new Set<string>();
    const handlers = [...this.#layers].reverse().flatMap(({ source, path, value }) => {
      if (!isObject(value.hooks) || !this.#switches.runsHooks(source === 'managed' ? 'managed' : 'own')) return [];
      if (source !== 'managed' && this.#switches.locked.has('hooks')) return [];
      // config has said that they are skipped, and why
      if (isOfProject(source) && !trusted) return [];
      const kind = KIND_OF_LAYER[source];
      if (kind === undefined) return [];
      let name: string = source;
      for (let number = 2; names.has(name); number++) name = `${source}${number}`;
      names.add(name);
      const origin = { kind, trusted: true, ...present({ file: path }) };
      const of: PluginProblem[] = [];
      const found = handlersOf(value.hooks, { name, origin, problems: of });
      problems.push(...of.map((one) => ({ ...one, message: `${path ?? `--${source}`}: hooks.${one.message}` })));
      return found;
    });
    for (const { message } of problems) this.#warnings.push(message);
    if (handlers.length === 0) return [];
    return [
      {
        id: 'claude-settings',
        version: '1',
        description: 'Hook handlers of settings',
        after: [],
        skills: [],
        agents: [],
        styles: [],
        handlers,
        mcpServers: {},
        lspServers: {},
      },
    ];
  }

  // ---------------------------------------------------------------- plugins

  async #plugins(folders: readonly ReadFolder[], dirs: readonly string[], all: boolean): Promise<readonly Loaded[]> {
    const sources = await this.#sources(folders, dirs, all);
    const loaded: Loaded[] = [];
    for (const source of sources) loaded.push(await this.#load(source));
    const byName = new Map<string, Loaded>();
    // what managed settings switch on comes first, then what was named for this run
    const inOrder = [...loaded].sort((a, b) => Number(b.source.forced === true) - Number(a.source.forced === true));
    for (const one of inOrder) {
      if (!this.#takesPart(one)) continue;
      const name = one.contents.plugin!.name;
      const first = byName.get(name);
      if (first === undefined) byName.set(name, one);
      else if (first.source.root === one.source.root && first.id === one.id) loaded.splice(loaded.indexOf(one), 1);
      else {
        const message = `${first.id} (${first.source.root}) has the same name and comes first; this one is skipped`;
        one.problems.push({ type: 'name-taken', severity: 'error', message });
      }
    }
    this.#checkDependencies(loaded, byName);
    for (const one of byName.values()) one.plugin = await this.#component(one);
    return loaded;
  }

  async #sources(
    folders: readonly ReadFolder[],
    dirs: readonly string[],
    all: boolean,
  ): Promise<readonly PluginSource[]> {
    const sources: PluginSource[] = [];
    const unpacked = join(this.#places.user, 'tenon', 'cache', 'plugins');
    if (this.#switches.sideloads) sources.push(...(await inlineSources(this.#host, this.#flags, dirs, unpacked)));
    else if (dirs.length > 0 || this.#flags['plugin-dir'] !== undefined) {
      this.#warnings.push('--plugin-dir is not followed: settings or --safe-mode do not allow it');
    }
    if (!this.#switches.plugins) return sources;
    const asks = this.#layers.some(({ source, value }) => isOfProject(source) && isObject(value.enabledPlugins));
    const trusted = asks && (await this.#trusted(this.#host.cwd)).trusted;
    const enabled = enabledPlugins(this.#layers, trusted);
    sources.push(...(await installedSources(this.#places, enabled, all)));
    for (const { folder, contents, trusted: ofFolder } of folders) {
      for (const path of contents.plugins ?? []) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        const id = `${name}@skills-dir`;
        const root = join(folder.path, path);
        const base = {
          id,
          from: 'skills-dir',
          root,
          scope: folder.scope === 'project' ? 'project' : folder.scope,
        } as const;
        if (!ofFolder) {
          const message = 'it comes from a folder that is not trusted; run with --trust';
          this.#warnings.push(`plugin ${name} of ${folder.path}/skills skipped: folder not trusted; run with --trust`);
          sources.push({ ...base, enabled: false, problem: { type: 'untrusted', severity: 'error', message } });
        } else sources.push({ ...base, enabled: enabled.get(id)?.on ?? true });
      }
    }
    return sources;
  }

  async #load(source: PluginSource): Promise<Loaded> {
    const { root, marketplace, problem, from } = source;
    if (root === undefined || problem !== undefined || (!source.enabled && source.id === undefined)) {
      return { source, id: source.id ?? `plugin@${from}`, contents: NOTHING, problems: problem ? [problem] : [] };
    }
    const name = source.id?.slice(0, source.id.lastIndexOf('@'));
    const real = realOf(root);
    if (real === undefined) {
      const message = `its folder ${root} is gone; install it again`;
      const gone: PluginProblem = { type: 'not-installed', severity: 'error', message };
      return { source, id: source.id ?? `plugin@${from}`, contents: NOTHING, problems: [gone] };
    }
    const contents = await this.#index.contents({
      root,
      boundary: real,
      variant: `plugin ${name ?? ''}`,
      ...(marketplace !== undefined && { also: [marketplace] }),
      read: async (tree) =>
        readPlugin(tree, marketplace && name ? await readMarketplaceEntry(marketplace, name) : undefined),
    });
    const id = from === 'inline' || source.id === undefined ? `${contents.plugin!.name}@${from}` : source.id;
    return { source, id, contents, problems: [...contents.problems] };
  }

  #takesPart({ source, contents, problems }: Loaded): boolean {
    if (!source.enabled || contents.plugin === undefined || contents.failed !== undefined) return false;
    const { engines = {} } = contents.plugin;
    const speaks: Record<string, string> = {
      'claude-code': FORMAT_VERSION,
      [this.#host.distro.command]: this.#host.distro.version,
    };
    for (const [engine, range] of Object.entries(engines)) {
      const version = speaks[engine];
      if (version === undefined) continue;
      const fits = fitsRange(version, range);
      if (fits === true) continue;
      const message =
        fits === undefined
          ? `engines: ${JSON.stringify(range)} for ${engine} is no range of versions; it is ignored`
          : `it needs ${engine} ${range}, and this program does what ${version} does; it is skipped`;
      problems.push({ type: 'engine', severity: fits === undefined ? 'warning' : 'error', message });
      if (fits === false) return false;
    }
    return true;
  }

  #checkDependencies(loaded: readonly Loaded[], byName: ReadonlyMap<string, Loaded>): void {
    const needs = (one: Loaded) => (one.contents.plugin?.dependencies ?? []).map((name) => name.split('@')[0]!);
    for (const one of loaded) {
      if (byName.get(one.contents.plugin?.name ?? '') !== one) continue;
      for (const name of needs(one)) {
        if (byName.has(name)) continue;
        const message = `it depends on the plugin ${name}, which is not there or switched off`;
        one.problems.push({ type: 'dependency', severity: 'error', message });
      }
      const circle = circleFrom(one.contents.plugin!.name, (name) => {
        const next = byName.get(name);
        return next === undefined ? [] : needs(next);
      });
      if (circle === undefined) continue;
      one.problems.push({
        type: 'dependency',
        severity: 'error',
        message: `it depends on itself: ${circle.join(' -> ')}`,
      });
    }
  }

  async #component(one: Loaded): Promise<ComponentPlugin> {
    const { id, source, contents, problems } = one;
    const { name, version = source.version, userConfig = {} } = contents.plugin!;
    const given: Record<string, unknown> = {};
    if (Object.keys(userConfig).length > 0) {
      // the weakest first; a project has no say
      for (const { source: layer, value } of [...this.#layers].reverse()) {
        if (isOfProject(layer) || !isObject(value.pluginConfigs)) continue;
        const own = value.pluginConfigs[id];
        if (isObject(own) && isObject(own.options)) Object.assign(given, own.options);
      }
      if (Object.values(userConfig).some(({ sensitive }) => sensitive === true)) {
        const { readSecrets } = await import('./plugin-secrets.ts');
        Object.assign(given, await readSecrets(this.#places.user, id));
      }
    }
    const answers = optionsOf(userConfig, given, this.#host.home);
    problems.push(...answers.problems);
    return {
      id,
      name,
      ...present({ version }),
      root: source.root!,
      data: join(this.#places.data, id.replace(/[^A-Za-z0-9_-]/g, '-')),
      options: answers.options,
      sensitive: answers.sensitive,
    };
  }

  #pluginPart(one: Loaded, loaded: readonly Loaded[]): Part | undefined {
    const { plugin, contents, source, problems } = one;
    if (plugin === undefined) return undefined;
    const { root, name, version = 'unknown' } = plugin;
    const origin = { kind: 'plugin', plugin, trusted: true } as const;
    const boundary = realOf(root) ?? root;
    const place = <T>(record: T): Placed<T> => ({ record, root, origin, boundary });
    const runs = this.#switches.runsHooks(source.forced === true ? 'forced' : 'own');
    const handlers = runs
      ? contents.hooks.flatMap(({ file, hooks }, number) =>
          handlersOf(hooks, {
            name: `plugin:${name}${number === 0 ? '' : `:${number}`}`,
            origin: { ...origin, ...(file !== undefined && { file: join(root, file) }) },
            problems,
          }),
        )
      : [];
    const needed = (contents.plugin?.dependencies ?? []).map((dependency) => dependency.split('@')[0]);
    return {
      id: partId(name),
      version,
      description: contents.plugin?.description ?? `The plugin ${name}`,
      path: root,
      plugin,
      after: loaded.flatMap((other) =>
        other.plugin && needed.includes(other.plugin.name) ? [partId(other.plugin.name)] : [],
      ),
      boundary,
      skills: contents.skills.map(place),
      agents: contents.agents.map(place),
      styles: contents.styles.map(place),
      handlers,
      mcpServers: source.withoutMcp === true ? {} : contents.mcpServers,
      lspServers: contents.lspServers,
      ...(contents.bin && { bin: join(root, 'bin') }),
    };
  }

  #report({ source, id, contents, problems, plugin }: Loaded, parts: readonly Part[]): PluginReport {
    const { name = id.slice(0, id.lastIndexOf('@')), version = source.version, description } = contents.plugin ?? {};
    const part = plugin && parts.find((one) => one.plugin === plugin);
    return {
      id,
      name,
      ...present({ version, description }),
      path: source.root ?? '',
      scope: source.scope,
      enabled: source.enabled,
      loaded: plugin !== undefined,
      components: part ? componentNames(part) : {},
      problems,
    };
  }

  /** A plugin that is wrong is said at the start; what its author alone can use stands in the report. */
  #tell(reports: readonly PluginReport[]): void {
    for (const { id, problems, path } of reports) {
      for (const { severity, type, file, message } of problems) {
        if (severity !== 'error' || (type === 'untrusted' && path !== '')) continue;
        this.#warnings.push(`plugin ${id}: ${file === undefined ? '' : `${file}: `}${message}`);
      }
    }
  }
}

type Off = (scope: SettingsFolder['scope']) => boolean;

/** The records of a folder that take part. */
interface Kept {
  readonly skills?: readonly SkillRecord[];
  readonly agents?: readonly AgentRecord[];
  readonly styles?: readonly StyleRecord[];
}

interface ReadFolder {
  readonly folder: SettingsFolder;
  readonly contents: Contents;
  readonly trusted: boolean;
  readonly boundary?: string;
  readonly problems: PluginProblem[];
  kept: Kept;
}

const NOTHING: Contents = {
  skills: [],
  agents: [],
  styles: [],
  hooks: [],
  mcpServers: {},
  lspServers: {},
  problems: [],
};

const KIND_OF_LAYER: Readonly<Partial<Record<ConfigLayer['source'], ComponentOrigin['kind']>>> = {
  managed: 'managed',
  flag: 'caller',
  local: 'local',
  project: 'project',
  user: 'user',
};

function isOfProject(source: ConfigLayer['source']): boolean {
  return source === 'project' || source === 'local';
}

function partId(name: string): string {
  return `claude:${name.replace(/[^\w@/.:-]/g, '-')}`;
}

/** The administrator's, then the project's from the nearest one up, then the user's. */
function rank({ folder }: ReadFolder): number {
  return folder.scope === 'managed' ? 0 : folder.scope === 'project' ? 1 : 2;
}

/** The first record of each name, with its folder; the others are noted in theirs. */
function winners<T extends { readonly name: string; readonly file?: string }>(
  folders: readonly ReadFolder[],
  pick: (contents: Contents) => readonly T[],
  off: Off,
  stronger: ReadonlyMap<string, readonly [ReadFolder, unknown]> = new Map(),
): ReadonlyMap<string, readonly [ReadFolder, T]> {
  const first = new Map<string, readonly [ReadFolder, T]>();
  for (const read of folders) {
    if (off(read.folder.scope)) continue;
    for (const record of pick(read.contents)) {
      const winner = stronger.get(record.name) ?? first.get(record.name);
      if (winner === undefined) first.set(record.name, [read, record]);
      else {
        const message = `${record.name} is hidden by that of ${winner[0].folder.path}`;
        read.problems.push({ type: 'name-taken', severity: 'warning', message, ...present({ file: record.file }) });
      }
    }
  }
  return first;
}

function folderReport({ folder, trusted, problems, kept }: ReadFolder): FolderReport {
  const { skills = [], agents = [], styles = [] } = kept;
  const place = <T>(record: T) => ({ record, root: folder.path, origin: { kind: folder.scope, trusted } });
  const part = { skills: skills.map(place), agents: agents.map(place), styles: styles.map(place) };
  const rest = { id: '', version: '', description: '', after: [], handlers: [], mcpServers: {}, lspServers: {} };
  return {
    path: folder.path,
    scope: folder.scope,
    trusted,
    components: componentNames({ ...rest, ...part }),
    problems,
  };
}

/** The way from a name back to itself. */
function circleFrom(start: string, next: (name: string) => readonly string[]): readonly string[] | undefined {
  const seen = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    for (const other of next(name)) {
      if (other === start) return [...way, other];
      if (seen.has(other)) continue;
      seen.add(other);
      const found = visit(other, [...way, other]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(start, [start]);
}
