import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { type Claims, claimsOf } from './claims.ts';
import { type Dependency, dependenciesOf } from './dependency.ts';
import { fetchPlugin } from './fetch-plugin.ts';
import { readJsonObject, textIn } from './json-file.ts';
import { checkLocked, lockedPlugins } from './lock-file.ts';
import type { OpenMarketplace } from './marketplaces.ts';
import { gitUrl, type PluginSource, pluginSource, shownSource } from './source.ts';
import { stagingFolder } from './staging.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { treeIntegrity } from './tree.ts';

/** A plugin that was fetched and checked, and is not at its place yet. */
export interface StagedPlugin {
  readonly id: string;
  readonly name: string;
  readonly marketplace: string;
  readonly description?: string;
  readonly folder: string;
  readonly version: string;
  readonly integrity: string;
  readonly commit?: string;
  readonly source: string;
  readonly needs: readonly Dependency[];
  readonly claims: Claims;
  /** What its user should know. */
  readonly notes: readonly string[];
}

/**
 * Fetches a plugin of a marketplace into staging.
 * @param range the versions that will do
 * @throws StoreError
 */
export async function stagePlugin(
  store: Store,
  from: OpenMarketplace,
  wanted: string,
  range?: string,
): Promise<StagedPlugin> {
  const name = renamed(from, wanted);
  const entry = from.marketplace.plugins.get(name);
  const id = `${name}@${from.name}`;
  if (entry === undefined) throw new StoreError('not-found', `the marketplace ${from.name} has no plugin ${name}`);
  const source = pluginSource(entry.source, id, from.marketplace.pluginRoot);
  const staging = stagingFolder(store.folders);
  const chosen = range === undefined ? source : await atRange(store, from, name, source, range, join(staging, 'tags'));
  const folder = join(staging, 'plugin');
  const fetched = await fetchPlugin(store, chosen, from, entry, join(staging, 'work'), folder);
  const own = await ownManifest(folder, id);
  const manifests = entry.strict === false || own === undefined ? [entry] : [own, entry];
  const version = versionOf(own, entry, id) ?? fetched.named ?? fetched.commit?.slice(0, 12) ?? 'unknown';
  if (range !== undefined) await demandRange(id, version, range);
  const integrity = pluginIntegrity(folder);
  checkLocked(id, version, integrity, (await lockedPlugins(store.folders)).get(id));
  const description = textIn(own?.description) ?? textIn(entry.description);
  const { commit, left } = fetched;
  return {
    id,
    name,
    marketplace: from.name,
    ...(description !== undefined && { description }),
    folder,
    version: source.source === 'command' && version === 'unknown' ? integrity.slice(7, 19) : version,
    integrity,
    ...(commit !== undefined && { commit }),
    source: shownSource(chosen),
    needs: dependenciesOf(manifests, from.name, from.marketplace.allowed, id),
    claims: await claimsOf(folder, manifests),
    notes: left.length === 0 ? [] : [`left out, because they lead out of the plugin: ${left.slice(0, 5).join(', ')}`],
  };
}

/** The integrity of a plugin; what npm put into it later does not count. */
export function pluginIntegrity(folder: string): string {
  return treeIntegrity(folder, ['node_modules']);
}

/** The name that a plugin has now. */
function renamed({ marketplace, name }: OpenMarketplace, wanted: string): string {
  let now = wanted;
  for (let hop = 0; hop < 10 && !marketplace.plugins.has(now) && Object.hasOwn(marketplace.renames, now); hop++) {
    const next = marketplace.renames[now];
    if (typeof next !== 'string')
      throw new StoreError('not-found', `the marketplace ${name} has taken the plugin ${wanted} out`);
    now = next;
  }
  return now;
}

async function ownManifest(folder: string, id: string): Promise<JsonObject | undefined> {
  for (const file of ['.claude-plugin/plugin.json', 'plugin.json']) {
    try {
      const found = await readJsonObject(join(folder, file));
      if (found !== undefined) return found;
    } catch (error) {
      const why = (error as Error).message.replace(`${folder}/`, '');
      throw new StoreError('bad-plugin', `${id}: ${why}`, error);
    }
  }
  return undefined;
}

function versionOf(own: JsonObject | undefined, entry: JsonObject, id: string): string | undefined {
  const version = textIn(own?.version) ?? textIn(entry.version);
  if (version === undefined || /^[\w][\w.+-]{0,99}$/.test(version)) return version;
  throw new StoreError(
    'bad-plugin',
    `${id}: ${JSON.stringify(version)} cannot be a version; write one such as "1.2.0"`,
  );
}

/** Where a version of a range can be had: at a tag `name--vVERSION` when there are such, else at the usual place. */
async function atRange(
  store: Store,
  from: OpenMarketplace,
  name: string,
  source: PluginSource,
  range: string,
  work: string,
): Promise<PluginSource> {
  const { default: semver } = await import('semver');
  if (semver.validRange(range) === null)
    throw new StoreError('bad-dependency', `${JSON.stringify(range)} is not a range of versions of ${name}`);
  const { source: whole } = from.known;
  let url: string;
  if (source.source === 'path' && (whole.source === 'git' || whole.source === 'github')) url = gitUrl(whole);
  else if (source.source === 'github' || source.source === 'url' || source.source === 'git-subdir')
    url = gitUrl(source);
  else return source;
  const { tagsOf } = await import('./git.ts');
  const prefix = `${name}--v`;
  const versions = (await tagsOf(store, url, work)).flatMap((tag) =>
    tag.startsWith(prefix) ? [tag.slice(prefix.length)] : [],
  );
  if (versions.length === 0) return source;
  const best = semver.maxSatisfying(versions, range);
  if (best === null)
    throw new StoreError(
      'no-version',
      `no version of ${name} fits ${range}; there are: ${versions.sort().slice(-10).join(', ')}`,
    );
  const ref = prefix + best;
  if (source.source === 'path') return { source: 'git-subdir', url, path: source.path, ref };
  const { sha: _pinned, ...rest } = source;
  return { ...rest, ref };
}

async function demandRange(id: string, version: string, range: string): Promise<void> {
  const { default: semver } = await import('semver');
  if (semver.satisfies(version, range, { includePrerelease: true })) return;
  throw new StoreError('no-version', `${id} has the version ${version}, and ${range} is needed`);
}
