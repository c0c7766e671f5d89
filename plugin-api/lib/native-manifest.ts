import { statSync } from 'node:fs';
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Manifest } from '../extension.ts';
import { parseJson } from './json-text.ts';
import { readBounded } from './read-bounded.ts';

/** An extension in a folder or file, as far as can be told without running any of it. */
export interface NativeExtension {
  /** The folder or file, as it was given. */
  readonly path: string;
  /** The module whose default export is the extension: an absolute path of a file that exists. */
  readonly main: string;
  /** The file that holds the manifest: `tenon.json`, `package.json`, or `main` itself. */
  readonly source: string;
  /** As it is written: the kernel checks it. `undefined`: it stands in the code, and only running that tells it. */
  readonly manifest: Manifest | undefined;
}

/** Something is meant to be an extension and is none. The message names the file and what to do. */
export class NativeManifestError extends Error {
  override readonly name = 'NativeManifestError';
  /** The file that is wrong. */
  readonly file: string;
  /** The manifest, when that could be read: what it guards is to be guarded all the same. */
  readonly manifest: Manifest | undefined;
  constructor(file: string, problem: string, manifest?: Manifest) {
    super(`${file}: ${problem}`);
    this.file = file;
    this.manifest = manifest;
  }
}

/** The word in the `keywords` of a package.json that says: this package is an extension. */
export const NATIVE_KEYWORD = 'tenon-extension';

/** What an extension's module may be called when nothing names it, the first that is there. */
const USUAL = ['src/index.ts', 'src/index.tsx', 'index.ts', 'index.tsx', 'index.js', 'index.mjs', 'dist/index.js'];
const CODE = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** True for the name of a file that can be an extension by itself: `.ts`, `.tsx`, `.js`, `.mjs` and their kind. */
export function isCodeFile(name: string): boolean {
  return CODE.includes(extname(name)) && !/\.(test|spec|d)\.\w+$/.test(name);
}

/**
 * The files whose change can make the answer of `readNativeManifest` another one. They need not exist.
 * @param path absolute, without a separator at its end
 */
export function manifestFiles(path: string): readonly string[] {
  // asked for every extension at every start: to normalize paths that are normal took longer than to look at the files
  return isCodeFile(path) ? [path] : [`${path}${sep}tenon.json`, `${path}${sep}package.json`];
}

/**
 * Tells whether a folder or file is an extension, and its manifest. Nothing of it is run. An extension is
 * - a folder with `tenon.json`: the manifest, with `main` for the module,
 * - a folder whose `package.json` has an object `tenon` (the manifest; `id`, `version` and `description` default to those of
 *   the package), or `tenon-extension` among its `keywords` (the manifest stands in the code),
 * - a code file (the manifest stands in the code).
 *
 * `undefined` when it is none of these.
 * @param path absolute
 * @throws NativeManifestError when it is meant to be one and is broken
 */
export async function readNativeManifest(path: string): Promise<NativeExtension | undefined> {
  if (isCodeFile(path) && isFile(path)) return { path, main: path, source: path, manifest: undefined };
  const own = join(path, 'tenon.json');
  const packaged = join(path, 'package.json');
  const tenon = await readObject(own);
  const packageJson = await readObject(packaged, tenon !== undefined);
  if (tenon !== undefined) return foundIn(path, own, tenon, packageJson);
  if (packageJson === undefined) return undefined;
  const { tenon: field, keywords, name } = packageJson;
  if (field !== undefined) {
    if (!isObject(field)) throw new NativeManifestError(packaged, 'tenon: must be the manifest, an object');
    return foundIn(path, packaged, { id: name, ...field }, packageJson);
  }
  if (!Array.isArray(keywords) || !keywords.includes(NATIVE_KEYWORD)) return undefined;
  const main = mainOf(path, packaged, undefined, packageJson);
  return { path, main, source: main, manifest: undefined };
}

type Fields = Readonly<Record<string, unknown>>;

function foundIn(path: string, source: string, fields: Fields, packageJson: Fields | undefined): NativeExtension {
  const { $schema: _schema, main: named, ...rest } = fields;
  const { version, description } = packageJson ?? {};
  const manifest = {
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...rest,
  } as unknown as Manifest;
  return { path, main: mainOf(path, source, named, packageJson, manifest), source, manifest };
}

/** The module of an extension: what its manifest names, else its package, else one with a usual name. */
function mainOf(
  path: string,
  source: string,
  named: unknown,
  packageJson: Fields | undefined,
  manifest?: Manifest,
): string {
  if (named !== undefined && (typeof named !== 'string' || named === ''))
    throw new NativeManifestError(source, 'main: must be the path of a module, such as "src/index.ts"', manifest);
  const given = named ?? entryOf(packageJson);
  if (given === undefined) {
    const usual = USUAL.map((name) => join(path, name)).find(isFile);
    if (usual !== undefined) return usual;
    throw new NativeManifestError(source, `names no module; add "main", such as "main": "${USUAL[0]}"`, manifest);
  }
  const main = resolve(path, given);
  const way = relative(path, main);
  if (way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new NativeManifestError(
      source,
      `main: ${given} leads out of ${basename(path)}; name a module inside it`,
      manifest,
    );
  if (!isFile(main))
    throw new NativeManifestError(source, `main: there is no file ${given}; build it, or correct "main"`, manifest);
  return main;
}

/** The module that a package.json names for whoever imports the package. */
function entryOf(packageJson: Fields | undefined): string | undefined {
  if (packageJson === undefined) return undefined;
  let at: unknown = packageJson.exports;
  for (let depth = 0; isObject(at) && depth < 4; depth++) at = at['.'] ?? at.import ?? at.default;
  return text(at) ?? text(packageJson.main);
}

async function readObject(file: string, optional = false): Promise<Fields | undefined> {
  let value: unknown;
  try {
    const found = await readBounded(file);
    if (found === undefined) return undefined;
    value = parseJson(found);
  } catch (error) {
    if (optional) return undefined;
    const { line, column, message } = error as Error & { line?: number; column?: number };
    const place = line === undefined ? '' : `line ${line}, column ${column}: `;
    throw new NativeManifestError(file, `${place}${message}; correct or remove the file`);
  }
  if (isObject(value)) return value;
  if (optional) return undefined;
  throw new NativeManifestError(file, 'must hold an object; correct or remove the file');
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false; // out of reach is as good as absent
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
