import { join } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { isObject } from './fields.ts';

/** The user's secret answers to the questions of a plugin, where they are kept in a file: `pluginSecrets.<id>`. */
export async function readSecrets(userFolder: string, id: string): Promise<JsonObject> {
  try {
    const text = await readBounded(join(userFolder, '.credentials.json'));
    const value = text === undefined ? undefined : parseJson(text);
    const secrets = isObject(value) && isObject(value.pluginSecrets) ? value.pluginSecrets[id] : undefined;
    return isObject(secrets) ? secrets : {};
  } catch {
    return {}; // an answer that is missing is reported where it is required
  }
}
