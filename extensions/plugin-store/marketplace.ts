import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { RESERVED_MARKETPLACES } from 'tenon/plugin-api/lib/marketplace-format';
import { isObject, readJsonObject, textIn } from './json-file.ts';
import { StoreError } from './store-error.ts';

/** Words after the `@` that have a meaning of their own. */
const WORDS = ['inline', 'skills-dir', 'builtin', 'synced', 'npm'];
/** The GitHub organizations that reserved names belong to. */
const OWNERS = /^anthropics?\//i;
const MOST_PLUGINS = 5_000;

/** A marketplace.json. */
export interface Marketplace {
  readonly name: string;
  readonly description?: string;
  readonly pluginRoot?: string;
  /** Marketplaces that dependencies may come from. */
  readonly allowed: readonly string[];
  readonly renames: JsonObject;
  /** By name, as written. */
  readonly plugins: ReadonlyMap<string, JsonObject>;
  readonly problems: readonly string[];
}

/** The file below the folder of a marketplace. */
export const MARKETPLACE_FILE = '.claude-plugin/marketplace.json';

/** The marketplace.json at a place that known_marketplaces.json names. */
export function marketplaceFile(location: string): string {
  return location.endsWith('.json') ? location : join(location, ...MARKETPLACE_FILE.split('/'));
}

/** The folder that paths in it start from. */
export function marketplaceRoot(location: string): string {
  if (!location.endsWith('.json')) return location;
  const folder = join(location, '..');
  return folder.endsWith('.claude-plugin') ? join(folder, '..') : folder;
}

/** @throws StoreError `not-found`, `bad-file`, `bad-marketplace`, `reserved` */
export async function readMarketplace(file: string, repo?: string): Promise<Marketplace> {
  const value = await readJsonObject(file);
  if (value === undefined) throw new StoreError('not-found', `there is no marketplace: ${file} does not exist`);
  return marketplaceOf(value, file, repo);
}

/**
 * Checks what a marketplace.json says. An entry that is wrong is left out and told.
 * @param repo the GitHub repository it comes from
 */
export function marketplaceOf(value: JsonObject, file: string, repo?: string): Marketplace {
  const { name, plugins, metadata, renames, allowCrossMarketplaceDependenciesOn: allowed } = value;
  if (typeof name !== 'string') throw new StoreError('bad-marketplace', `${file}: "name" must be a text`);
  checkMarketplaceName(name, file, repo);
  if (!Array.isArray(plugins)) throw new StoreError('bad-marketplace', `${file}: "plugins" must be a list`);
  if (plugins.length > MOST_PLUGINS)
    throw new StoreError('bad-marketplace', `${file}: lists more than ${MOST_PLUGINS} plugins`);
  const byName = new Map<string, JsonObject>();
  const problems: string[] = [];
  for (const [at, entry] of (plugins as readonly unknown[]).entries()) {
    const own = isObject(entry) ? textIn(entry.name) : undefined;
    if (own === undefined || !isPluginName(own))
      problems.push(`plugins.${at}: "name" must be a name without blanks, @ and /`);
    else if (byName.has(own)) problems.push(`plugins.${at}: ${own} is there twice; the first one counts`);
    else byName.set(own, entry as JsonObject);
  }
  const pluginRoot = isObject(metadata) ? textIn(metadata.pluginRoot) : undefined;
  const description = textIn(value.description) ?? (isObject(metadata) ? textIn(metadata.description) : undefined);
  return {
    name,
    ...(description !== undefined && { description }),
    ...(pluginRoot !== undefined && { pluginRoot }),
    allowed: Array.isArray(allowed) ? allowed.filter((one): one is string => typeof one === 'string') : [],
    renames: isObject(renames) ? renames : {},
    plugins: byName,
    problems,
  };
}

/** @throws StoreError `reserved`, `bad-marketplace` */
function checkMarketplaceName(name: string, where: string, repo?: string): void {
  if (!isPluginName(name) || WORDS.includes(name))
    throw new StoreError(
      'bad-marketplace',
      `${where}: ${JSON.stringify(name)} cannot be the name of a marketplace; use letters, digits, - and _`,
    );
  if (RESERVED_MARKETPLACES.includes(name.toLowerCase()) && !(repo !== undefined && OWNERS.test(repo)))
    throw new StoreError('reserved', `${where}: the name ${name} is reserved for its owner; choose another`);
}

/** A name that can stand in `name@marketplace` and be a folder. */
export function isPluginName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u.test(name) && !name.includes('..');
}
