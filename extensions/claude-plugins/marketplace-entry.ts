import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { isObject } from './fields.ts';
import type { MarketplaceEntry } from './plugin-reader.ts';

/** What a marketplace says of a plugin; no fields when it does not know it, or its file cannot be read. */
export async function readMarketplaceEntry(file: string, plugin: string): Promise<MarketplaceEntry> {
  try {
    const text = await readBounded(file);
    const value = text === undefined ? undefined : parseJson(text);
    const list: readonly unknown[] = isObject(value) && Array.isArray(value.plugins) ? value.plugins : [];
    const fields = list.find((one) => isObject(one) && one.name === plugin);
    return { name: plugin, fields: isObject(fields) ? fields : {} };
  } catch {
    return { name: plugin, fields: {} }; // the plugin's own folder is then all there is
  }
}
