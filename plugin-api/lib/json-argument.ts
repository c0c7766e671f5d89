import { join, resolve } from 'node:path';
import { UsageError } from '../points/cli.ts';
import type { JsonObject } from '../schema.ts';
import type { Host } from '../services/host.ts';
import { JsonTextError, parseJson } from './json-text.ts';
import { readBounded } from './read-bounded.ts';

/** The value of a flag that takes JSON: what it holds, and the file when it came from one. */
export interface JsonArgument {
  readonly value: JsonObject;
  /** Absolute. */
  readonly path?: string;
}

/**
 * Reads the value of a flag that takes the path of a JSON file, or JSON text that begins with `{`.
 * @param flag as the user types it, for messages
 * @throws UsageError naming the flag, the file and the place in it
 */
export async function readJsonArgument(
  flag: string,
  given: string,
  host: Pick<Host, 'cwd' | 'home'>,
): Promise<JsonArgument> {
  const inline = given.trimStart().startsWith('{');
  const path = given.startsWith('~/') ? join(host.home, given.slice(2)) : resolve(host.cwd, given);
  const shown = inline ? 'its JSON' : path;
  const text = inline ? given : given === '' ? undefined : await read(flag, path);
  if (text === undefined) {
    const missing = given === '' ? 'an empty text' : `${path}, which does not exist`;
    throw new UsageError(`${flag} needs the path of a JSON file, or JSON text; got ${missing}`);
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const where = error instanceof JsonTextError ? `:${error.line}:${error.column}` : '';
    throw new UsageError(`${flag}: ${shown}${where}: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${flag}: ${shown} must hold an object in { }`);
  }
  return inline ? { value: value as JsonObject } : { value: value as JsonObject, path };
}

async function read(flag: string, path: string): Promise<string | undefined> {
  try {
    return await readBounded(path);
  } catch (error) {
    throw new UsageError(`${flag}: ${path} ${(error as Error).message}`);
  }
}
