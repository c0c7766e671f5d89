import type { JsonObject } from 'tenon/plugin-api';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value under a dotted key. Names may hold dots themselves (`enabledPlugins.tool@host.name`): the shortest name that
 * exists is entered first.
 */
export function getDotted(value: unknown, key: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, key)) return value[key];
  for (let dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
    const name = key.slice(0, dot);
    if (!Object.hasOwn(value, name)) continue;
    const found = getDotted(value[name], key.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The object with another value under a dotted key; `undefined` removes the key, and objects that it leaves empty stay. */
export function withDotted(value: JsonObject, key: string, given: unknown): JsonObject {
  if (Object.hasOwn(value, key) || !key.includes('.')) return withName(value, key, given);
  for (let dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
    const name = key.slice(0, dot);
    if (Object.hasOwn(value, name) && isObject(value[name])) {
      return withName(value, name, withDotted(value[name], key.slice(dot + 1), given));
    }
  }
  if (given === undefined) return value;
  const dot = key.indexOf('.');
  return withName(value, key.slice(0, dot), withDotted({}, key.slice(dot + 1), given));
}

/** True when a dotted key is another one, or lies in it. */
export function isPart(key: string, of: string): boolean {
  return key === of || key.startsWith(`${of}.`);
}

function withName(value: JsonObject, name: string, given: unknown): JsonObject {
  if (given !== undefined) return { ...value, [name]: given };
  const { [name]: _removed, ...rest } = value;
  return rest;
}
