import type { JsonObject } from 'tenon/plugin-api';
import { isObject } from './dotted.ts';

/** Lists that are a choice rather than a collection: the strongest layer's is used as it is. */
const REPLACED = new Set(['fallbackModel', 'modelPicker']);

/**
 * Merges values, strongest first: scalars come from the strongest, objects are merged, lists are joined (the strongest
 * layer's items first, equal items once). A value of another type than the stronger one's is left out.
 */
export function mergeLayers(values: readonly JsonObject[]): JsonObject {
  let merged: JsonObject = {};
  for (const value of [...values].reverse()) merged = mergeObjects(merged, value, '');
  return merged;
}

function mergeObjects(weak: JsonObject, strong: JsonObject, prefix: string): JsonObject {
  const merged: Record<string, unknown> = { ...weak };
  for (const [name, given] of Object.entries(strong)) {
    // JSON can spell this name, and assigning to it would change the object's prototype
    if (name === '__proto__') continue;
    const old = Object.hasOwn(merged, name) ? merged[name] : undefined;
    const key = prefix + name;
    if (isObject(given)) merged[name] = mergeObjects(isObject(old) ? old : {}, given, `${key}.`);
    else if (Array.isArray(given) && !REPLACED.has(key)) merged[name] = join(given, Array.isArray(old) ? old : []);
    else merged[name] = given;
  }
  return merged;
}

function join(strong: readonly unknown[], weak: readonly unknown[]): readonly unknown[] {
  const seen = new Set<string>();
  return [...strong, ...weak].filter((item) => {
    const text = JSON.stringify(item);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** Freezes a JSON value with all it holds. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) freeze(item);
  return value;
}

/** Settings with others over them: objects are merged, `null` takes a key away, anything else stands in the old place. */
export function laidOver(old: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...old };
  for (const [name, given] of Object.entries(over)) {
    if (name === '__proto__') continue;
    const below = Object.hasOwn(merged, name) ? merged[name] : undefined;
    if (given === null) delete merged[name];
    else merged[name] = isObject(given) ? laidOver(isObject(below) ? below : {}, given) : given;
  }
  return merged;
}
