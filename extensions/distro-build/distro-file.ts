import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonObject, Manifest } from 'tenon/plugin-api';
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
    const wrong = shapeProblems(distro);
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
    if (typeof folders?.[key] !== 'string') wrong.push(`folders.${key}: must be the name of a folder, such as ".acme"`);
  }
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
