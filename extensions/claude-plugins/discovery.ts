import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  Cli,
  Config,
  type ConfigLayer,
  type ExtensionApi,
  type FolderReport,
  type Host,
  type Invocation,
  type PluginReport,
  Trust,
} from 'tenon/plugin-api';
import { ComponentIndex } from './component-index.ts';
import { isObject, present } from './fields.ts';
import { loadPlugins } from './loaded-plugins.ts';
import { namesTaken, nestedParts } from './nested-skills.ts';
import type { Part } from './part.ts';
import { boundaryOf, hasComponents, type Places, placesOf, type SettingsFolder } from './places.ts';
import { enabledPlugins, installedSources, type PluginSource, sideloads } from './plugin-sources.ts';
import { type FolderParts, folderParts, type ReadFolder } from './settings-folders.ts';
import { isOfProject, settingsHooks } from './settings-hooks.ts';
import { type Switches, switchesOf } from './switches.ts';

/** Everything that was found. */
export interface Found {
  readonly parts: readonly Part[];
  readonly plugins: readonly PluginReport[];
  readonly folders: readonly FolderReport[];
  readonly defaultAgent: string | undefined;
  /** What the user is told of at once. */
  readonly warnings: readonly string[];
}

/** What a discovery is asked for. */
export interface Scope {
  /** More folders of plugins, as if named by `--plugin-dir`. */
  readonly dirs: readonly string[];
  /** Also plugins that are installed and not switched on. */
  readonly all?: boolean;
  /** What was kept is read anew. */
  readonly anew?: boolean;
  /** True once nobody waits for it any more: nothing is written then. */
  readonly over?: () => boolean;
  /** Reads what `--plugin-url` names. */
  readonly fetched?: (addresses: readonly string[]) => Promise<readonly PluginSource[]>;
  /** Folders below the working directory whose skills take part, absolute. */
  readonly nested?: readonly string[];
}

/** What is known when the search begins. */
interface Setup {
  readonly api: ExtensionApi;
  readonly host: Host;
  readonly flags: Invocation['flags'];
  readonly places: Places;
  readonly layers: readonly ConfigLayer[];
  readonly switches: Switches;
  readonly index: ComponentIndex;
  readonly warn: (text: string) => void;
}

/** Finds and reads everything. Nothing of it is run. */
export async function discover(api: ExtensionApi, host: Host, scope: Scope): Promise<Found> {
  const warnings: string[] = [];
  const setup = await setupOf(api, host, scope, warnings);
  const { places, layers, switches, index } = setup;
  const read = await readFolders(setup, places.folders);
  const folders = folderParts(read, switches.locked);
  const nested = await nestedSkills(setup, scope.nested ?? [], folders.parts);
  const sources = await pluginSources(setup, read, scope);
  const plugins = await loadPlugins(sources, { host, places, layers, switches, index });
  const asks = layers.some((layer) => isOfProject(layer) && isObject(layer.value.hooks));
  const hooks = settingsHooks(layers, asks && (await isTrusted(setup, host.cwd)), switches, setup.warn);
  if (scope.over?.() !== true) await index.save();
  return {
    parts: [...hooks, ...folders.parts, ...nested.parts, ...plugins.parts],
    plugins: plugins.reports,
    folders: [...folders.reports, ...nested.reports],
    defaultAgent: plugins.defaultAgent,
    warnings: [
      ...warnings,
      ...folders.warnings,
      ...nested.warnings,
      ...wrongPlugins(plugins.reports),
      ...serversWithoutClient(setup, plugins.parts),
    ],
  };
}

/**
 * Reads the skills of folders below the working directory.
 * @param dirs absolute
 * @param parts what takes part already
 */
export async function discoverNested(
  api: ExtensionApi,
  host: Host,
  dirs: readonly string[],
  parts: readonly Part[],
): Promise<FolderParts> {
  const setup = await setupOf(api, host, {}, []);
  const found = await nestedSkills(setup, dirs, parts);
  await setup.index.save();
  return found;
}

async function nestedSkills(setup: Setup, dirs: readonly string[], parts: readonly Part[]): Promise<FolderParts> {
  if (dirs.length === 0) return { parts: [], reports: [], warnings: [] };
  const { host, switches } = setup;
  const folders = dirs.map((dir) => ({ path: join(dir, host.distro.folders.project), scope: 'project', dir }) as const);
  return nestedParts(await readFolders(setup, folders, true), host.cwd, namesTaken(parts), switches.locked);
}

async function setupOf(api: ExtensionApi, host: Host, scope: Pick<Scope, 'anew'>, warnings: string[]): Promise<Setup> {
  const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
  const config = api.has(Config) ? await api.use(Config) : undefined;
  const places = placesOf(host, flags);
  const layers = config?.layers() ?? [];
  const switches = switchesOf(host, flags, config);
  const file = join(places.user, 'tenon', 'cache', 'plugins-index.json');
  const index = new ComponentIndex(file, scope.anew === true, (text) => api.log.warn(text));
  return { api, host, flags, places, layers, switches, index, warn: (text) => warnings.push(text) };
}

/** The part of the settings alone. */
export async function discoverHooks(api: ExtensionApi, host: Host): Promise<Pick<Found, 'parts' | 'warnings'>> {
  const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
  const config = api.has(Config) ? await api.use(Config) : undefined;
  const layers = config?.layers() ?? [];
  const warnings: string[] = [];
  const asks = layers.some((layer) => isOfProject(layer) && isObject(layer.value.hooks));
  const trusted = asks && (await isTrusted({ api }, host.cwd));
  const parts = settingsHooks(layers, trusted, switchesOf(host, flags, config), (text) => warnings.push(text));
  return { parts, warnings };
}

async function isTrusted({ api }: Pick<Setup, 'api'>, dir: string): Promise<boolean> {
  return api.has(Trust) && (await (await api.use(Trust)).check(dir)).trusted;
}

async function readFolders(
  setup: Setup,
  folders: readonly SettingsFolder[],
  nested = false,
): Promise<readonly ReadFolder[]> {
  const { places, switches, index, host } = setup;
  const read: ReadFolder[] = [];
  for (const folder of folders) {
    if (!switches.reads(folder.scope, !nested && isNamed(folder, host)) || !hasComponents(folder.path)) continue;
    const trusted = folder.scope !== 'project' || (await isTrusted(setup, folder.dir));
    const boundary = trusted ? undefined : boundaryOf(folder.dir, places.root);
    const contents = await index.contents({
      root: folder.path,
      boundary,
      variant: nested ? 'nested' : 'folder',
      read: async (tree) => {
        const { readNestedFolder, readSettingsFolder } = await import('./folder-reader.ts');
        return nested ? readNestedFolder(tree) : readSettingsFolder(tree);
      },
    });
    read.push({ folder, contents, trusted, ...present({ boundary }), problems: [...contents.problems] });
  }
  return read;
}

/** A folder that the user named on the command line, and not one that the program was started in. */
function isNamed({ dir, scope }: SettingsFolder, { cwd }: Host): boolean {
  return scope === 'project' && dir !== cwd && !`${cwd}/`.startsWith(dir.endsWith('/') ? dir : `${dir}/`);
}

async function pluginSources(
  setup: Setup,
  folders: readonly ReadFolder[],
  { dirs, all = false, fetched }: Scope,
): Promise<readonly PluginSource[]> {
  const { host, flags, layers, places, switches, warn } = setup;
  const given = sideloads(host, flags, dirs);
  const addresses = Array.isArray(flags['plugin-url']) ? (flags['plugin-url'] as readonly string[]) : [];
  const sources: PluginSource[] = [];
  if (switches.sideloads) {
    if (given.length > 0) {
      const { inlineSources } = await import('./inline-sources.ts');
      sources.push(...(await inlineSources(given, join(places.user, 'tenon', 'cache', 'plugins'))));
    }
    if (addresses.length > 0 && fetched !== undefined) sources.push(...(await fetched(addresses)));
  } else {
    const named = [given.length > 0 ? '--plugin-dir' : '', addresses.length > 0 ? '--plugin-url' : ''];
    for (const flag of named.filter((name) => name !== '')) {
      warn(`${flag} is not followed: --safe-mode or disableSideloadFlags is set`);
    }
  }
  if (!switches.plugins) return sources;
  const asks = layers.some((layer) => isOfProject(layer) && isObject(layer.value.enabledPlugins));
  const enabled = enabledPlugins(layers, asks && (await isTrusted(setup, host.cwd)));
  sources.push(...(await installedSources(places, enabled, layers, all)));
  for (const { folder, contents, trusted } of folders) {
    for (const path of contents.plugins ?? []) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const id = `${name}@skills-dir`;
      const base = { id, from: 'skills-dir', root: join(folder.path, path), scope: folder.scope } as const;
      if (trusted) sources.push({ ...base, enabled: enabled.get(id)?.on ?? true });
      else {
        warn(
          `plugin ${name} of ${folder.path}/skills skipped: folder not trusted; run with --trust, or ${host.distro.command} trust to keep it`,
        );
        const message = 'it comes from a folder that is not trusted; run with --trust, or tenon trust to keep it';
        sources.push({ ...base, enabled: false, problem: { type: 'untrusted', severity: 'error', message } });
      }
    }
  }
  return sources;
}

/** A plugin that is wrong is said at the start; what is of use to its author alone stands in its report. */
function wrongPlugins(reports: readonly PluginReport[]): readonly string[] {
  return reports.flatMap(({ id, problems, path, loaded }) =>
    problems.flatMap(({ severity, type, file, message }) => {
      // of folders that are not trusted this was said already
      if (severity !== 'error' || (type === 'untrusted' && path !== '')) return [];
      const effect = !loaded && (type === 'manifest' || type === 'path') ? '; the plugin takes no part' : '';
      return [`plugin ${id}: ${file === undefined ? '' : `${file}: `}${message}${effect}`];
    }),
  );
}

/** No extension connects to servers of the Model Context Protocol yet, and whoever relies on theirs must hear of it. */
function serversWithoutClient({ host, switches }: Setup, plugins: readonly Part[]): readonly string[] {
  const places = plugins.flatMap(({ plugin, mcpServers = {} }) =>
    plugin === undefined || Object.keys(mcpServers).length === 0 ? [] : [`plugin ${plugin.id}`],
  );
  if (switches.reads('project', false) && existsSync(join(host.cwd, '.mcp.json'))) places.unshift('.mcp.json');
  return places.length === 0 ? [] : [`MCP servers take no part yet: those of ${places.join(', ')}`];
}
