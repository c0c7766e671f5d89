import { readdirSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { ConfigLayer, Host, Invocation, JsonObject, PluginProblem, PluginReport } from 'tenon/plugin-api';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { isObject } from './fields.ts';
import type { Places } from './places.ts';
import { laterFirst } from './version-range.ts';

/** A plugin that may take part, and why. */
export interface PluginSource {
  /** `name@marketplace`, `name@inline`, `name@skills-dir`; the name of an inline plugin is known once it is read. */
  readonly id?: string;
  /** The word after the `@`. */
  readonly from: string;
  /** Absolute; absent when it is not installed. */
  readonly root?: string;
  readonly scope: PluginReport['scope'];
  readonly enabled: boolean;
  /** Managed settings switch it on. */
  readonly forced?: boolean;
  /** Its folder goes with this run: what is read there is not kept. */
  readonly fleeting?: boolean;
  /** Its MCP servers do not take part. */
  readonly withoutMcp?: boolean;
  /** The marketplace.json that it was installed from, absolute. */
  readonly marketplace?: string;
  readonly version?: string;
  /** Why it cannot take part. */
  readonly problem?: PluginProblem;
}

interface Installed {
  readonly installPath: string;
  readonly scope?: unknown;
  readonly version?: unknown;
  readonly projectPath?: unknown;
}

/** What settings say about which plugins are on, from the layer that decides. */
export interface Enabled {
  readonly on: boolean;
  readonly source: ConfigLayer['source'];
  /** It is the word of a project that is not trusted. */
  readonly untrusted?: boolean;
}

/** The plugins that settings name, by id. The strongest layer decides; a project that is not trusted does not count. */
export function enabledPlugins(layers: readonly ConfigLayer[], trusted: boolean): ReadonlyMap<string, Enabled> {
  const enabled = new Map<string, Enabled>();
  for (const { source, value } of layers) {
    if (!isObject(value.enabledPlugins)) continue;
    const counts = trusted || (source !== 'project' && source !== 'local');
    for (const [id, on] of Object.entries(value.enabledPlugins)) {
      const known = enabled.get(id);
      if (known !== undefined && known.untrusted !== true) continue;
      if (counts) enabled.set(id, { on: on === true, source });
      else if (on === true) enabled.set(id, { on: false, source, untrusted: true });
    }
  }
  return enabled;
}

/** The plugins of marketplaces that settings switch on; with `all` those that are installed besides. */
export async function installedSources(
  places: Places,
  enabled: ReadonlyMap<string, Enabled>,
  layers: readonly ConfigLayer[],
  all: boolean,
): Promise<readonly PluginSource[]> {
  const ids = [...enabled].filter(
    ([id, { on, untrusted }]) => isOfMarketplace(id) && (all || on || untrusted === true),
  );
  if (ids.length === 0 && !all) return [];
  const { marketplaceRefusal } = await import('./marketplace-refusal.ts');
  const installed = await installedPlugins(places.plugins);
  const marketplaces = new Map<string, KnownMarketplace>();
  const sources: PluginSource[] = [];
  const names = new Set([...ids.map(([id]) => id), ...(all ? installed.keys() : [])]);
  for (const id of names) {
    const { on, source, untrusted } = enabled.get(id) ?? { on: false, source: 'user' as const };
    const from = id.slice(id.lastIndexOf('@') + 1);
    const scope = source === 'distro' ? 'user' : source;
    const base = { id, from, scope, enabled: on, ...(source === 'managed' && { forced: on }) };
    if (untrusted === true) {
      const message = `switched on by the settings of a project that is not trusted; it is skipped`;
      sources.push({ ...base, problem: { type: 'untrusted', severity: 'error', message } });
      continue;
    }
    const found = chosen(installed.get(id) ?? [], places) ?? seeded(places.seeds, id);
    if (found === undefined) {
      const message = `${id} is switched on and not installed; install it, or take it out of enabledPlugins`;
      sources.push({ ...base, problem: { type: 'not-installed', severity: 'error', message } });
      continue;
    }
    const known = marketplaces.get(from) ?? (await knownMarketplace(places, from));
    marketplaces.set(from, known);
    const refusal = marketplaceRefusal(from, known.place, layers);
    if (refusal !== undefined) {
      const message = `${refusal}; the plugin is skipped`;
      sources.push({ ...base, root: found.installPath, problem: { type: 'policy', severity: 'error', message } });
      continue;
    }
    const { file: marketplace } = known;
    const { version } = found;
    sources.push({
      ...base,
      root: found.installPath,
      ...(typeof version === 'string' && { version }),
      ...(marketplace !== undefined && { marketplace }),
    });
  }
  return sources;
}

/** A path of `--plugin-dir`. */
export interface Sideload {
  /** Absolute. */
  readonly path: string;
  readonly withoutMcp: boolean;
}

/** What `--plugin-dir` and `--plugin-dir-no-mcp` name. */
export function sideloads(host: Host, flags: Invocation['flags'], more: readonly string[]): readonly Sideload[] {
  const listed = (name: string) => (Array.isArray(flags[name]) ? (flags[name] as readonly string[]) : []);
  const absolute = (path: string) => (path.startsWith('~/') ? join(host.home, path.slice(2)) : resolve(host.cwd, path));
  return [
    ...[...listed('plugin-dir'), ...more].map((path) => ({ path: absolute(path), withoutMcp: false })),
    ...listed('plugin-dir-no-mcp').map((path) => ({ path: absolute(path), withoutMcp: true })),
  ];
}

/** What installed_plugins.json lists, by id. A file that cannot be read lists nothing, which is said for each plugin. */
async function installedPlugins(folder: string): Promise<ReadonlyMap<string, readonly Installed[]>> {
  const plugins = (await readObject(join(folder, 'installed_plugins.json')))?.plugins;
  if (!isObject(plugins)) return new Map();
  return new Map(
    Object.entries(plugins).map(([id, value]) => {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      return [id, list.filter(isInstalled)];
    }),
  );
}

function isInstalled(value: unknown): value is Installed {
  return isObject(value) && typeof value.installPath === 'string' && isAbsolute(value.installPath);
}

/** The one that was installed for this project, else the one that was installed for all. */
function chosen(installed: readonly Installed[], { root }: Places): Installed | undefined {
  const here = installed.find(({ projectPath }) => typeof projectPath === 'string' && resolve(projectPath) === root);
  return here ?? installed.find(({ projectPath }) => projectPath === undefined) ?? installed[0];
}

/** The newest version in one of the folders that somebody filled beforehand. */
function seeded(seeds: readonly string[], id: string): Installed | undefined {
  const at = id.lastIndexOf('@');
  for (const seed of seeds) {
    const folder = join(seed, 'cache', safe(id.slice(at + 1)), safe(id.slice(0, at)));
    const newest = foldersIn(folder).sort(laterFirst)[0];
    if (newest !== undefined) return { installPath: join(folder, newest), version: newest };
  }
  return undefined;
}

/** What known_marketplaces.json says of a marketplace. */
interface KnownMarketplace {
  /** Its marketplace.json, absolute. */
  readonly file?: string;
  /** Where it comes from. */
  readonly place?: JsonObject;
}

async function knownMarketplace(places: Places, name: string): Promise<KnownMarketplace> {
  for (const folder of [places.plugins, ...places.seeds]) {
    const known = (await readObject(join(folder, 'known_marketplaces.json')))?.[name];
    const location = isObject(known) ? known.installLocation : undefined;
    if (!isObject(known) || typeof location !== 'string' || !isAbsolute(location)) continue;
    const file = location.endsWith('.json') ? location : join(location, '.claude-plugin', 'marketplace.json');
    return { file, ...(isObject(known.source) && { place: known.source }) };
  }
  return {};
}

function isOfMarketplace(id: string): boolean {
  return /^[^@]+@(?!(?:inline|skills-dir|builtin|synced)$)[^@]+$/.test(id);
}

function safe(name: string): string {
  return name.replace(/[^\w.-]/g, '-').replace(/^\.+/, '');
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
  } catch {
    return []; // absent: nothing was put there
  }
}

async function readObject(path: string): Promise<JsonObject | undefined> {
  try {
    const text = await readBounded(path);
    const value = text === undefined ? undefined : parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // what it should say is missing then, and that is reported for every plugin it is about
  }
}
