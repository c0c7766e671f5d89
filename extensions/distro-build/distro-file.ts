import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonObject, Manifest } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import type { PackageFiles } from './package-files.ts';
import { programBundle } from './program-bundle.ts';
import type { Rolldown } from './rolldown-library.ts';

/** What the default export of a distribution's file says, as far as building it needs to know. */
export interface DistroValue {
  readonly name: string;
  readonly command: string;
  readonly version: string;
  readonly extensions: readonly { readonly manifest: Manifest }[];
  readonly config?: JsonObject;
}

/** A distribution, and what is wrong with it, in words for its maker. */
export interface LoadedDistro {
  readonly distro: DistroValue;
  readonly problems: readonly string[];
}

const TEXTS = ['name', 'command', 'version'] as const;
const FIELDS = [...TEXTS, 'folders', 'extensions', 'config', 'locked', 'systemPrompt', 'plugins'];
const PLUGINS: readonly unknown[] = ['none', 'user', 'user+project'];

/**
 * Runs the file of a distribution and checks what it exports.
 * @throws Error that names the file
 */
export async function loadDistro(library: Rolldown, files: PackageFiles, file: string): Promise<LoadedDistro> {
  const source = `export * as exported from ${JSON.stringify(file)};
export { checkDistro } from 'tenon/kernel';`;
  const { code } = await programBundle(library, files, { source, file });
  const folder = await mkdtemp(join(tmpdir(), 'tenon-distro-'));
  try {
    const path = join(folder, 'distro.mjs');
    await writeFile(path, code);
    const { exported, checkDistro } = await runFile(path, file);
    const distro = exported.default;
    const wrong = [...shapeProblems(distro), ...settingsProblems(distro, files)];
    if (wrong.length > 0) return { distro: distro as DistroValue, problems: wrong };
    return { distro: distro as DistroValue, problems: checkDistro(distro).map(({ message }) => message) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Program {
  readonly exported: { readonly default?: unknown };
  checkDistro(distro: unknown): readonly { readonly message: string }[];
}

async function runFile(path: string, file: string): Promise<Program> {
  try {
    return (await import(pathToFileURL(path).href)) as Program;
  } catch (error) {
    throw new Error(`${file} cannot be run: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function shapeProblems(distro: unknown): readonly string[] {
  if (typeof distro !== 'object' || distro === null) {
    return ['its default export is no distribution; write `export default defineDistro({ … })`'];
  }
  const given = distro as Record<string, unknown>;
  const wrong = TEXTS.filter((key) => typeof given[key] !== 'string' || given[key] === '').map(
    (key) => `${key}: must be a text`,
  );
  if (typeof given.command === 'string' && !/^[\w.-]+$/.test(given.command)) {
    wrong.push(`command: ${JSON.stringify(given.command)} must be one word that a shell takes as it is`);
  }
  const folders = given.folders as Record<string, unknown> | undefined;
  for (const key of ['user', 'project']) {
    const folder = folders?.[key];
    if (typeof folder === 'string' && /^[^/\\]+$/.test(folder) && !/^\.{0,2}$/.test(folder)) continue;
    wrong.push(`folders.${key}: must be the name of a folder, such as ".acme"`);
  }
  for (const key of Object.keys(given)) {
    if (FIELDS.includes(key)) continue;
    const near = nearest(key, FIELDS);
    wrong.push(
      `${key}: is not a known field; ${near === undefined ? `known are ${FIELDS.join(', ')}` : `did you mean ${near}?`}`,
    );
  }
  if (given.plugins !== undefined && !PLUGINS.includes(given.plugins)) {
    wrong.push(`plugins: must be one of ${PLUGINS.join(', ')}, got ${JSON.stringify(given.plugins)}`);
  }
  if (given.locked !== undefined && !isTexts(given.locked)) wrong.push('locked: must be a list of settings keys');
  if (!Array.isArray(given.extensions)) wrong.push('extensions: must be a list of entry(manifest, () => import(code))');
  else {
    given.extensions.forEach((one: unknown, at) => {
      const { manifest, load } = (one ?? {}) as {
        readonly manifest?: { readonly id?: unknown };
        readonly load?: unknown;
      };
      if (typeof manifest?.id === 'string' && typeof load === 'function') return;
      wrong.push(`extensions.${at}: must be entry(manifest, () => import(code))`);
    });
  }
  return wrong;
}

/** Misspelt settings: such a default would not count, and such a lock would lock nothing. */
function settingsProblems(distro: unknown, { root }: PackageFiles): readonly string[] {
  const { config, locked } = (distro ?? {}) as Record<string, unknown>;
  const known = knownSettings(join(root, 'dist/settings.schema.json'));
  const words = [
    ...(isTexts(locked) ? locked.map((key) => ['locked', key] as const) : []),
    ...Object.keys(Object(config)).map((key) => ['config', key] as const),
  ];
  return words.flatMap(([field, key]) => {
    const first = key.split('.', 1)[0] ?? '';
    // an extension may read keys that the schema does not have
    const near = known.includes(first) ? undefined : nearest(first, known);
    return near === undefined ? [] : [`${field}: there is no setting ${first}; did you mean ${near}?`];
  });
}

function knownSettings(schema: string): readonly string[] {
  try {
    const { properties } = JSON.parse(readFileSync(schema, 'utf8')) as { properties?: object };
    return Object.keys(properties ?? {});
  } catch {
    return []; // not built: then there is nothing to compare with
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
