import type { JsonObject } from 'tenon/plugin-api';
import { PLUGIN_SOURCE_FIELDS, RESERVED_MARKETPLACES } from 'tenon/plugin-api/lib/marketplace-format';
import { isObject } from './fields.ts';
import { type FieldProblem, manifestProblems, nameProblems } from './manifest-checks.ts';

const KNOWN = [
  ...['$schema', 'name', 'owner', 'plugins', 'description', 'version', 'metadata', 'renames'],
  'allowCrossMarketplaceDependenciesOn',
];
/** What an entry may hold besides the fields of a plugin.json. */
const OF_ENTRY = ['source', 'category', 'tags', 'strict', 'relevance', 'headers', 'headersHelper'];

/**
 * What is wrong with a marketplace.json.
 * @param isThere true for a folder below the marketplace
 */
export function marketplaceProblems(value: JsonObject, isThere: (path: string) => boolean): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const say = (field: string, message: string, kind: FieldProblem['kind'] = 'type') =>
    problems.push({ field, kind, message });
  const { name, owner, plugins, metadata } = value;
  if (typeof name !== 'string') say('name', 'must be a text');
  else {
    problems.push(...nameProblems(name));
    if (RESERVED_MARKETPLACES.includes(name)) say('name', `${name} is reserved for its owner; choose another`);
  }
  if (!isObject(owner) || typeof owner.name !== 'string') say('owner', 'must be an object such as { "name": "…" }');
  for (const key of Object.keys(value)) {
    if (!KNOWN.includes(key)) say(key, 'is not a known field; it is ignored', 'warning');
  }
  if (!Array.isArray(plugins)) {
    say('plugins', 'must be a list of plugins');
    return problems;
  }
  const base = isObject(metadata) && typeof metadata.pluginRoot === 'string' ? metadata.pluginRoot : undefined;
  const names = new Set<unknown>();
  for (const [index, entry] of (plugins as readonly unknown[]).entries()) {
    const at = `plugins.${index}`;
    if (!isObject(entry)) {
      say(at, 'must be an object with "name" and "source"');
      continue;
    }
    const own = Object.fromEntries(Object.entries(entry).filter(([key]) => !OF_ENTRY.includes(key)));
    problems.push(...manifestProblems(own).map((one) => ({ ...one, field: `${at}.${one.field}` })));
    if (names.has(entry.name)) say(`${at}.name`, `${JSON.stringify(entry.name)} is there twice`);
    names.add(entry.name);
    const wrong = sourceProblem(entry.source, base, isThere);
    if (wrong !== undefined) say(`${at}.source`, ...wrong);
  }
  return problems;
}

type Wrong = readonly [message: string, kind?: FieldProblem['kind']];

function sourceProblem(
  source: unknown,
  base: string | undefined,
  isThere: (path: string) => boolean,
): Wrong | undefined {
  if (typeof source === 'string') {
    if (source.split(/[\\/]/).includes('..')) return ['must not lead out of the marketplace with ".."', 'path'];
    const bare = !source.startsWith('./') && source !== '.';
    if (bare && base === undefined) {
      return ['must begin with ./, or metadata.pluginRoot must say where it lies', 'path'];
    }
    const path = (bare ? `${base}/${source}` : source).split('/').filter((part) => part !== '.' && part !== '');
    return isThere(path.join('/')) ? undefined : [`there is no folder ${source}`, 'path'];
  }
  if (!isObject(source) || typeof source.source !== 'string') {
    return ['must be a path that begins with ./, or an object with "source"'];
  }
  const needs = Object.hasOwn(PLUGIN_SOURCE_FIELDS, source.source) ? PLUGIN_SOURCE_FIELDS[source.source] : undefined;
  if (needs === undefined) return [`${JSON.stringify(source.source)} is not a known kind of source`, 'warning'];
  const missing = needs.find((field) => typeof source[field] !== 'string');
  return missing === undefined
    ? undefined
    : [`a source of the kind ${source.source} needs ${JSON.stringify(missing)}, a text`];
}
