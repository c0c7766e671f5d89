import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type {
  ConfigLayer,
  ConfigProblem,
  Host,
  Invocation,
  JsonObject,
  SettingSource,
  TrustDecision,
} from 'tenon/plugin-api';
import { readJsonArgument } from 'tenon/plugin-api/lib/json-argument';
import { JsonTextError, parseJson } from 'tenon/plugin-api/lib/json-text';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import { getDotted, isObject, withDotted } from './dotted.ts';
import { repairTypes } from './key-types.ts';
import { laidOver } from './merge.ts';
import type { Places } from './places.ts';
import { selectedSources } from './setting-sources.ts';
import { findTrustedFiles } from './trusted-files.ts';

export interface ReadLayers {
  /** Strongest first; files that are missing or cannot be read have none. */
  readonly layers: readonly ConfigLayer[];
  readonly problems: readonly ConfigProblem[];
}

interface FileOf {
  readonly source: SettingSource;
  readonly path: string;
  readonly dir: string;
}

/**
 * Reads all settings files at once and gives their layers, strongest first, with wrong types repaired and locked keys
 * left out.
 * @param trust the decision for the folder, asked for only where there is a settings file that needs it
 * @param laid goes over the layer of the command line
 * @throws UsageError when the flags name a source that does not exist, or settings that cannot be read
 */
export async function readLayers(
  places: Places,
  host: Host,
  flags: Invocation['flags'],
  trust: () => Promise<TrustDecision> = async () => ({ trusted: false, reason: 'this build has no folder trust' }),
  laid: JsonObject = {},
): Promise<ReadLayers> {
  const problems: ConfigProblem[] = [];
  const sources = selectedSources(flags);
  const { cwd } = places;
  const files: FileOf[] = [];
  if (sources.has('local')) files.push({ source: 'local', path: places.localFile, dir: cwd });
  // in the home folder the project's file is the user's
  if (sources.has('project') && !places.projectIsUser) {
    files.push({ source: 'project', path: places.projectFile, dir: cwd });
  }
  const more = sources.has('project') && !places.projectIsUser ? trustedFiles(places, host) : [];
  if (sources.has('user')) files.push({ source: 'user', path: places.userFile, dir: places.user });

  const [managed, flag, ...rest] = await Promise.all([
    readManaged(places.managed, problems),
    readFlag(host, flags, laid),
    ...files.map((file) => readLayer(file, problems)),
  ]);
  const { config, locked } = host.distro;
  const own = rest.filter((layer) => layer !== undefined);
  // weaker than the project's settings.json, stronger than the user's
  const user = own.findIndex((layer) => layer.source === 'user');
  own.splice(user < 0 ? own.length : user, 0, ...(await readTrusted(more, cwd, trust, problems)));
  const given = [...managed, flag, ...own].filter((layer) => layer !== undefined);
  const layers = given.map((layer) => {
    const value = repairTypes(layer.value, (key, message) => problems.push(problemOf(layer, message, key)));
    return { ...layer, value: withoutLocked(value, locked, layer, problems) };
  });
  if (Object.keys(config).length > 0) layers.push({ source: 'distro', dir: cwd, value: config });
  return { layers, problems };
}

async function readManaged(folder: string, problems: ConfigProblem[]): Promise<readonly ConfigLayer[]> {
  const more = join(folder, 'managed-settings.d');
  const names = namesIn(more)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse();
  const paths = [...names.map((name) => join(more, name)), join(folder, 'managed-settings.json')];
  const read = paths.map((path) => readLayer({ source: 'managed', path, dir: folder }, problems));
  return (await Promise.all(read)).filter((layer) => layer !== undefined);
}

function namesIn(folder: string): readonly string[] {
  try {
    return statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder);
  } catch {
    return []; // not a folder, or not to be seen
  }
}

function trustedFiles({ cwd }: Places, { distro }: Host): readonly string[] {
  return findTrustedFiles(cwd, distro.folders.project);
}

/** The first of the files that need trust. */
async function readTrusted(
  [path, ...others]: readonly string[],
  dir: string,
  trust: () => Promise<TrustDecision>,
  problems: ConfigProblem[],
): Promise<readonly ConfigLayer[]> {
  if (path === undefined) return [];
  const source = 'project';
  const { trusted, reason } = await trust();
  if (!trusted) {
    const names = [path, ...others].map((one) => relative(dir, one)).join(', ');
    problems.push({ source, path, skipped: true, message: `settings of ${names} skipped: ${reason}` });
    return [];
  }
  for (const other of others) {
    problems.push({
      source,
      path: other,
      message: `${other} is not read, because ${path} comes first; keep one of them`,
    });
  }
  try {
    const { loadTrustedFile } = await import('./trusted-file-loader.ts');
    return [{ source, path, dir, value: await loadTrustedFile(path) }];
  } catch (error) {
    problems.push({ source, path, message: `${path}: ${reasonOf(error)}; the file is skipped` });
    return [];
  }
}

/** One line; the libraries name the path themselves, and draw the place. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\w+ Error in .*:\n/, '').split('\n', 1)[0]!;
}

async function readFlag(host: Host, flags: Invocation['flags'], laid: JsonObject): Promise<ConfigLayer | undefined> {
  if (typeof flags.settings !== 'string') {
    return Object.keys(laid).length === 0 ? undefined : { source: 'flag', dir: host.cwd, value: laid };
  }
  const { value: given, path } = await readJsonArgument('--settings', flags.settings, host);
  const value = laidOver(given, laid);
  return path === undefined
    ? { source: 'flag', dir: host.cwd, value }
    : { source: 'flag', path, dir: dirname(path), value };
}

async function readLayer({ source, path, dir }: FileOf, problems: ConfigProblem[]): Promise<ConfigLayer | undefined> {
  const skip = (message: string) => void problems.push({ source, path, message });
  try {
    const text = await readBounded(path);
    if (text === undefined || text.trim() === '') return undefined;
    const value = parseJson(text);
    if (!isObject(value)) return skip(`${path}: must hold an object in { }; the file is skipped`);
    return { source, path, dir, value };
  } catch (error) {
    if (error instanceof JsonTextError) {
      return skip(`${path}:${error.line}:${error.column}: ${error.message}; the file is skipped`);
    }
    return skip(`${path} ${(error as Error).message}; the file is skipped`);
  }
}

function withoutLocked(
  value: JsonObject,
  locked: readonly string[],
  layer: ConfigLayer,
  problems: ConfigProblem[],
): JsonObject {
  let left = value;
  for (const key of locked) {
    const blocking = holderOf(left, key);
    if (blocking === undefined) continue;
    left = withDotted(left, blocking, undefined);
    problems.push(problemOf(layer, 'is locked by this distribution; it does not count', blocking));
  }
  return left;
}

/** The key itself when it is set, or the parent that is no object and would hide it. */
function holderOf(value: JsonObject, key: string): string | undefined {
  if (getDotted(value, key) !== undefined) return key;
  for (let dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
    const parent = getDotted(value, key.slice(0, dot));
    if (parent !== undefined && !isObject(parent)) return key.slice(0, dot);
  }
  return undefined;
}

/** A problem with one key of a layer. */
export function problemOf(layer: ConfigLayer, message: string, key: string): ConfigProblem {
  const { source, path } = layer;
  const where = path ?? (source === 'flag' ? '--settings' : source);
  return { source, ...(path === undefined ? {} : { path }), key, message: `${where}: ${key} ${message}` };
}
