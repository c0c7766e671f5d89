import type { ComponentPlugin, ConfigLayer, Host, PluginProblem, PluginReport } from 'tenon/plugin-api';
import { type ComponentIndex, ROOT, type RootRequest } from './component-index.ts';
import { type Contents, GONE } from './contents.ts';
import { isObject, present } from './fields.ts';
import { handlersOf } from './hook-handlers.ts';
import { componentNames, type Part } from './part.ts';
import { realOf } from './paths.ts';
import type { Places } from './places.ts';
import type { PluginSource } from './plugin-sources.ts';
import { isOfProject } from './settings-hooks.ts';
import type { Switches } from './switches.ts';
import { Tree } from './tree.ts';
import { optionsOf } from './user-options.ts';
import { fitsRange } from './version-range.ts';

/** The version of the format that this program reads: what `engines` of a plugin is compared with. */
const FORMAT_VERSION = '2.1.330';

/** What plugins are loaded with. */
export interface PluginWorld {
  readonly host: Host;
  readonly places: Places;
  /** The strongest first. */
  readonly layers: readonly ConfigLayer[];
  readonly switches: Switches;
  readonly index: ComponentIndex;
}

/** A plugin that was read. */
interface Loaded {
  readonly source: PluginSource;
  readonly id: string;
  readonly contents: Contents;
  readonly problems: PluginProblem[];
  /** Set when it takes part. */
  plugin?: ComponentPlugin;
}

/** Plugins that were read, and those of them that take part. */
export interface LoadedPlugins {
  readonly parts: readonly Part[];
  readonly reports: readonly PluginReport[];
  /** The subagent that the first of those wants as the main conversation. */
  readonly defaultAgent: string | undefined;
}

/** Reads plugins, and decides which of them take part. */
export async function loadPlugins(sources: readonly PluginSource[], world: PluginWorld): Promise<LoadedPlugins> {
  const loaded: Loaded[] = [];
  const seen = new Set<string>();
  for (const source of sources) {
    const one = await load(source, world);
    // one folder may be named twice
    if (seen.size < seen.add(`${one.id}\n${source.root ?? ''}`).size) loaded.push(one);
  }
  const byName = new Map<string, Loaded>();
  // what managed settings switch on comes first
  const inOrder = [...loaded].sort((a, b) => Number(b.source.forced === true) - Number(a.source.forced === true));
  for (const one of inOrder) {
    if (!takesPart(one, world.host)) continue;
    const { name } = one.contents.plugin!;
    const first = byName.get(name);
    if (first === undefined) byName.set(name, one);
    else {
      const message = `${first.id} (${first.source.root}) has the same name and comes first; this one is skipped`;
      one.problems.push({ type: 'name-taken', severity: 'error', message });
    }
  }
  checkDependencies(byName);
  for (const one of byName.values()) one.plugin = await pluginOf(one, world);
  const parts = new Map(loaded.flatMap((one) => (one.plugin ? [[one, partOf(one, byName, world.switches)]] : [])));
  return {
    parts: [...parts.values()],
    reports: loaded.map((one) => reportOf(one, parts.get(one))),
    defaultAgent: defaultAgentOf([...byName.values()]),
  };
}

/** The first agent that a plugin wants as the main conversation and brings along, by its full name. */
function defaultAgentOf(plugins: readonly Loaded[]): string | undefined {
  for (const { contents, problems } of plugins) {
    const { agent, agents, plugin } = contents;
    if (agent === undefined) continue;
    const found = agents.find(({ name }) => name === agent || `${plugin!.name}:${name}` === agent);
    if (found !== undefined) return `${plugin!.name}:${found.name}`;
    const message = `"agent": it has no agent ${JSON.stringify(agent)}; it is ignored`;
    problems.push({ type: 'manifest', severity: 'warning', file: 'settings.json', message });
  }
  return undefined;
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

async function load(source: PluginSource, { index, places }: PluginWorld): Promise<Loaded> {
  const { root, marketplace, problem, from } = source;
  const id = source.id ?? `plugin@${from}`;
  if (root === undefined || problem !== undefined) {
    return { source, id, contents: NOTHING, problems: problem ? [problem] : [] };
  }
  const name = source.id?.slice(0, source.id.lastIndexOf('@'));
  const request: RootRequest = {
    root,
    boundary: ROOT,
    variant: `plugin ${name ?? ''}`,
    ...(marketplace !== undefined && { also: [marketplace] }),
    // a copy that belongs to a version: an update makes another one
    settled: root.startsWith(`${places.plugins}/cache/`),
    read: async (tree) => {
      const { readPlugin } = await import('./plugin-reader.ts');
      if (name === undefined) return readPlugin(tree);
      if (marketplace === undefined) return readPlugin(tree, { name, fields: {} });
      const { readMarketplaceEntry } = await import('./marketplace-entry.ts');
      return readPlugin(tree, await readMarketplaceEntry(marketplace, name));
    },
  };
  const contents =
    source.fleeting === true ? await request.read(new Tree(root, realOf(root))) : await index.contents(request);
  if (contents.failed === GONE) {
    const message = `its folder ${root} is gone; install it again`;
    return { source, id, contents: NOTHING, problems: [{ type: 'not-installed', severity: 'error', message }] };
  }
  const own = from === 'inline' ? `${contents.plugin!.name}@${from}` : id;
  return { source, id: own, contents, problems: [...contents.problems] };
}

function takesPart({ source, contents, problems }: Loaded, { distro }: Host): boolean {
  if (!source.enabled || contents.plugin === undefined || contents.failed !== undefined) return false;
  const { engines } = contents.plugin;
  if (engines === undefined) return true;
  const speaks: Record<string, string> = { 'claude-code': FORMAT_VERSION, [distro.command]: distro.version };
  for (const [engine, range] of Object.entries(engines)) {
    const version = speaks[engine];
    const fits = version === undefined || fitsRange(version, range);
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

function checkDependencies(byName: ReadonlyMap<string, Loaded>): void {
  for (const [name, { contents, problems }] of byName) {
    if (contents.plugin?.dependencies === undefined) continue;
    const say = (message: string) => problems.push({ type: 'dependency', severity: 'error', message });
    for (const other of needs(contents)) {
      if (!byName.has(other)) say(`it depends on the plugin ${other}, which is not there or switched off`);
    }
    const circle = circleFrom(name, (other) => {
      const next = byName.get(other);
      return next === undefined ? [] : needs(next.contents);
    });
    if (circle !== undefined) say(`it depends on itself: ${circle.join(' -> ')}`);
  }
}

/** The names of the plugins that it depends on. */
function needs({ plugin }: Contents): readonly string[] {
  return (plugin?.dependencies ?? []).map((name) => name.split('@')[0]!);
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

async function pluginOf({ id, source, contents, problems }: Loaded, world: PluginWorld): Promise<ComponentPlugin> {
  const { name, version = source.version, userConfig } = contents.plugin!;
  const plugin = {
    id,
    name,
    ...(version !== undefined && { version }),
    root: source.root!,
    data: `${world.places.data}/${id.replace(/[^A-Za-z0-9_-]/g, '-')}`,
  };
  if (userConfig === undefined) return { ...plugin, options: {}, sensitive: [] };
  const given: Record<string, unknown> = {};
  // the weakest first; a project has no say
  for (const layer of [...world.layers].reverse()) {
    const { pluginConfigs } = layer.value;
    const own = isOfProject(layer) || !isObject(pluginConfigs) ? undefined : pluginConfigs[id];
    if (isObject(own) && isObject(own.options)) Object.assign(given, own.options);
  }
  if (Object.values(userConfig).some(({ sensitive }) => sensitive === true)) {
    const { readSecrets } = await import('./plugin-secrets.ts');
    Object.assign(given, await readSecrets(world.places.user, id));
  }
  const answers = optionsOf(userConfig, given, world.host.home);
  problems.push(...answers.problems);
  return { ...plugin, options: answers.options, sensitive: answers.sensitive };
}

function partOf(one: Loaded, byName: ReadonlyMap<string, Loaded>, switches: Switches): Part {
  const { contents, source, problems } = one;
  const plugin = one.plugin!;
  const { root, name, version = 'unknown' } = plugin;
  const origin = { kind: 'plugin', plugin, trusted: true } as const;
  const runs = contents.hooks.length > 0 && switches.runsHooks(source.forced === true ? 'forced' : 'own');
  const handlers = (runs ? contents.hooks : []).flatMap(({ file, hooks }, number) =>
    handlersOf(hooks, {
      name: `plugin:${name}${number === 0 ? '' : `:${number}`}`,
      origin: { ...origin, ...(file !== undefined && { file: `${root}/${file}` }) },
      problems,
    }),
  );
  const { skills, agents, styles, mcpServers, lspServers } = contents;
  return {
    id: partId(name),
    version,
    description: contents.plugin?.description ?? `The plugin ${name}`,
    path: root,
    plugin,
    ...(contents.plugin?.dependencies !== undefined && {
      after: needs(contents).flatMap((other) => (byName.has(other) ? [partId(other)] : [])),
    }),
    groups: [{ root, boundary: ROOT, origin, skills, agents, styles }],
    handlers,
    mcpServers: source.withoutMcp === true ? {} : mcpServers,
    lspServers,
    ...(contents.bin === true && { bin: `${root}/bin` }),
  };
}

function partId(name: string): string {
  return `claude:${name.replace(/[^\w@/.:-]/g, '-')}`;
}

function reportOf({ source, id, contents, problems, plugin }: Loaded, part: Part | undefined): PluginReport {
  const { name = id.slice(0, id.lastIndexOf('@')), version = source.version, description } = contents.plugin ?? {};
  return {
    id,
    name,
    ...present({ version, description }),
    path: source.root ?? '',
    scope: source.scope,
    enabled: source.enabled,
    loaded: plugin !== undefined,
    get components() {
      return part === undefined ? {} : componentNames(part);
    },
    problems,
  };
}
