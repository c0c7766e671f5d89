import { dirname } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { StoreError } from './store-error.ts';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * The object in a file; `undefined` when there is no file.
 * @throws StoreError `bad-file` naming the file
 */
export async function readJsonObject(path: string): Promise<JsonObject | undefined> {
  let value: unknown;
  try {
    const text = await readBounded(path);
    if (text === undefined) return undefined;
    value = parseJson(text);
  } catch (error) {
    const { line, column, message } = error as Error & { line?: number; column?: number };
    const place = line === undefined ? '' : `line ${line}, column ${column}: `;
    throw new StoreError('bad-file', `${path}: ${place}${message}`, error);
  }
  if (!isObject(value)) throw new StoreError('bad-file', `${path} must hold an object in { }`);
  return value;
}

export async function writeJsonObject(path: string, value: unknown): Promise<void> {
  makeFolder(dirname(path));
  await atomicWrite(path, `${JSON.stringify(value, null, 2)}\n`);
}
