import type { JsonObject } from '../schema.ts';

const FAMILIES = ['fable', 'opus', 'sonnet', 'haiku'];

/**
 * True when an entry of a settings list names a model: a family (`opus`), a version (`opus-4-5`, `claude-opus-4-5`) or an
 * id, with or without the date.
 * @param id as the endpoint knows the model
 * @param match `exact`: an id or a version names nothing but itself; families stay families
 */
export function namesModel(entry: string, id: string, match: 'prefix' | 'exact' = 'prefix'): boolean {
  const wanted = entry
    .trim()
    .toLowerCase()
    .replace(/\[1m\]$/, '');
  const given = id.toLowerCase();
  if (wanted === '') return false;
  if (FAMILIES.includes(wanted)) return new RegExp(`(^|[-./])${wanted}($|[-@:])`).test(given);
  const full = /^(fable|opus|sonnet|haiku)-/.test(wanted) ? `claude-${wanted}` : wanted;
  return given === full || (match === 'prefix' && given.startsWith(`${full}-`));
}

/** What `modelSettings` of one settings file says of a model; of several entries the longest that names it. */
export function modelSettings(settings: JsonObject, id: string): JsonObject {
  const { modelSettings: entries } = settings;
  if (!isObject(entries)) return {};
  const [name] = Object.keys(entries)
    .filter((entry) => namesModel(entry, id))
    .sort((a, b) => b.length - a.length);
  const found = name === undefined ? undefined : entries[name];
  return isObject(found) ? found : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
