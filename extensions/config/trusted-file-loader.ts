import { extname } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { isObject } from './dotted.ts';

/** Milliseconds that a settings file which is a program may take. */
const LIMIT = 5_000;
/** Bytes of such a file, and values in what it gives: YAML can make very much out of very little. */
const MAX_BYTES = 1_000_000;
const MAX_VALUES = 100_000;
const MAX_DEPTH = 100;

/**
 * Reads a settings file of a trusted project: JSON, YAML, or a module whose default export is the settings.
 *
 * Only the loaders of cosmiconfig are used. Making one of its explorers would look for settings of its own in the
 * working directory, and run them when they are scripts.
 * @throws Error that says what is wrong, without the path
 */
export async function loadTrustedFile(path: string): Promise<JsonObject> {
  const text = await readBounded(path, MAX_BYTES);
  if (text === undefined) throw new Error('is gone');
  const { defaultLoaders } = await import('cosmiconfig');
  const loader = defaultLoaders[extname(path) as keyof typeof defaultLoaders];
  const loaded: unknown = await bounded(Promise.resolve(loader(path, text)), LIMIT);
  if (loaded === null && text.trim() === '') return {};
  const value = dataOf(loaded, MAX_DEPTH, { left: MAX_VALUES });
  if (!isObject(value)) {
    throw new Error(/js$/.test(path) ? 'must have an object as its default export' : 'must hold an object');
  }
  return value;
}

/** A copy that is data and nothing else. @throws Error for anything that JSON cannot hold, and for too much */
function dataOf(value: unknown, depth: number, budget: { left: number }): unknown {
  if (budget.left-- <= 0) throw new Error(`holds more than ${MAX_VALUES} values`);
  if (value === null || ['string', 'boolean'].includes(typeof value)) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (depth <= 0) throw new Error(`is more than ${MAX_DEPTH} levels deep, or holds itself`);
  if (Array.isArray(value)) return value.map((item) => dataOf(item, depth - 1, budget));
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') throw new Error(`must hold data only, got a ${typeof value}`);
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item !== undefined && name !== '__proto__') copy[name] = dataOf(item, depth - 1, budget);
  }
  return copy;
}
