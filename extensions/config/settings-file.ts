import { lstat, realpath } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import type { JsonObject } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { JsonTextError, parseJson } from 'tenon/plugin-api/lib/json-text';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { isObject, withDotted } from './dotted.ts';

/**
 * Writes one dotted key of a settings file and keeps the rest with its indentation, byte order mark and line ends;
 * `undefined` removes the key. Makes the folder and the file when they are missing.
 * @param within the folder that the file must lie in after symbolic links; without it links are followed anywhere
 * @throws Error naming the file when it holds no JSON object, lies elsewhere, or cannot be written
 */
export async function writeKey(path: string, key: string, value: unknown, within?: string): Promise<void> {
  let text: string | undefined;
  let settings: JsonObject;
  try {
    text = await readBounded(path);
    const read = text === undefined || text.trim() === '' ? {} : parseJson(text);
    if (!isObject(read)) throw new Error('must hold an object in { }');
    settings = read;
  } catch (error) {
    const where = error instanceof JsonTextError ? `${path}:${error.line}:${error.column}:` : path;
    throw new Error(`${where} ${(error as Error).message}; ${key} was not changed`, { cause: error });
  }
  if (text === undefined && value === undefined) return;
  try {
    makeFolder(dirname(path));
    await atomicWrite(await target(path, within), format(withDotted(settings, key, value), text));
  } catch (error) {
    throw new Error(`${path} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/** The file behind symbolic links, so that a link (dotfiles kept elsewhere) stays one. */
async function target(path: string, within: string | undefined): Promise<string> {
  const found = await lstat(path).catch(() => undefined); // a new file
  const real = found === undefined ? undefined : await realpath(path).catch(() => undefined); // a link to nothing
  if (within !== undefined) {
    const way = relative(await realpath(within), real ?? (await realpath(dirname(path))));
    if (way === '..' || way.startsWith(`..${sep}`)) throw new Error('a symbolic link leads out of the project');
  }
  return real ?? path;
}

function format(value: JsonObject, old: string | undefined): string {
  if (old === undefined || old.trim() === '') return `${JSON.stringify(value, null, 2)}\n`;
  const indent = /^\ufeff?\s*\{[^\S\n]*\n([ \t]+)"/.exec(old.replaceAll('\r\n', '\n'))?.[1];
  const flat = indent === undefined && !old.trim().includes('\n') && old.trim().length > 2;
  const body = JSON.stringify(value, null, flat ? undefined : (indent ?? 2));
  const end = /\s*$/.exec(old)![0].replaceAll('\r\n', '\n');
  const text = body + end;
  return (old.startsWith('\ufeff') ? '\ufeff' : '') + (old.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text);
}
