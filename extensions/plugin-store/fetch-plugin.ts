import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from 'tenon/plugin-api';
import { marketplaceRoot } from './marketplace.ts';
import type { OpenMarketplace } from './marketplaces.ts';
import { gitUrl, type PluginSource } from './source.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { copyTree, folderWithin, MOST_BYTES, unwrapped } from './tree.ts';

/** A plugin in a folder of its own, with what its source says of its version. */
export interface FetchedPlugin {
  /** The commit, when it came through git. */
  readonly commit?: string;
  /** The version of the package, or the hash of the archive. */
  readonly named?: string;
  /** Names of what was not copied. */
  readonly left: readonly string[];
}

/**
 * Fetches a plugin into a new folder.
 * @param work an empty folder
 * @throws StoreError
 */
export async function fetchPlugin(
  store: Store,
  source: PluginSource,
  { name, known }: OpenMarketplace,
  entry: JsonObject,
  work: string,
  into: string,
): Promise<FetchedPlugin> {
  const what = `plugin ${String(entry.name)}`;
  switch (source.source) {
    case 'path': {
      if (known.source.source === 'url' || known.source.source === 'settings')
        throw new StoreError(
          'bad-source',
          `${what}: ${source.path} is a path, and the marketplace ${name} is one file without folders`,
        );
      const root = marketplaceRoot(known.installLocation);
      const folder = folderWithin(root, source.path, what);
      const isGit = known.source.source === 'git' || known.source.source === 'github';
      const commit = isGit ? await (await import('./git.ts')).headOf(store, root) : undefined;
      return { left: copyTree(folder, into, root), ...(commit !== undefined && { commit }) };
    }
    case 'github':
    case 'url':
    case 'git-subdir': {
      const { fetchRepository } = await import('./git.ts');
      const { ref, sha } = source;
      const repository = join(work, 'repository');
      const below = source.source === 'git-subdir' ? source.path.replace(/^\.\//, '').replace(/\/$/, '') : undefined;
      if (below?.split('/').includes('..') === true || below?.startsWith('/') === true)
        throw new StoreError('bad-source', `${what}: ${JSON.stringify(below)} leads out of the repository`);
      const paths = below === undefined ? undefined : [below];
      const commit = await fetchRepository(store, { url: gitUrl(source), ref, sha, paths }, repository);
      const folder = below === undefined ? repository : folderWithin(repository, below, what);
      return { commit, left: copyTree(folder, into) };
    }
    case 'npm': {
      const { fetchPackage } = await import('./npm.ts');
      const unpacked = join(work, 'package');
      const named = await fetchPackage(store, source, join(work, 'archive'), unpacked);
      return { named, left: copyTree(unpacked, into) };
    }
    case 'archive':
      return fetchArchive(store, source, entry, what, work, into);
    default:
      return fetchByCommand(store, source, what, into);
  }
}

async function fetchArchive(
  store: Store,
  source: Extract<PluginSource, { source: 'archive' }>,
  entry: JsonObject,
  what: string,
  work: string,
  into: string,
): Promise<FetchedPlugin> {
  if (entry.headersHelper !== undefined)
    throw new StoreError(
      'unsupported',
      `${what}: headersHelper, a command that gives headers, is not supported by this version`,
    );
  const archive = join(work, 'plugin.zip');
  mkdirSync(work, { recursive: true });
  const local = source.url.startsWith('file://')
    ? fileURLToPath(source.url)
    : isAbsolute(source.url)
      ? source.url
      : undefined;
  let bytes: Buffer;
  if (local === undefined) {
    const { download } = await import('./download.ts');
    bytes = await download(store, source.url, MOST_BYTES, textValues(entry.headers));
  } else {
    const found = statSync(local, { throwIfNoEntry: false });
    if (found?.isFile() !== true) throw new StoreError('not-found', `${what}: there is no file ${local}`);
    if (found.size > MOST_BYTES)
      throw new StoreError('too-large', `${what}: ${local} is larger than ${MOST_BYTES} bytes`);
    bytes = readFileSync(local);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (source.sha256 !== undefined && source.sha256.toLowerCase() !== sha256)
    throw new StoreError(
      'integrity',
      `${what}: the archive has the sha256 ${sha256}, and the marketplace says ${source.sha256}`,
    );
  writeFileSync(archive, bytes);
  const { unpackZip } = await import('./zip.ts');
  const unpacked = join(work, 'unpacked');
  try {
    await unpackZip(archive, unpacked);
  } catch (error) {
    if (error instanceof StoreError) throw new StoreError(error.code, `${what}: ${error.message}`, error);
    throw error;
  }
  return { named: sha256.slice(0, 12), left: copyTree(unwrapped(unpacked), into) };
}

/** A command of a marketplace that prints a folder is code like any other: the user is asked. */
async function fetchByCommand(
  store: Store,
  source: Extract<PluginSource, { source: 'command' }>,
  what: string,
  into: string,
): Promise<FetchedPlugin> {
  const { command, timeout = 60 } = source;
  if (store.config.get('disableCommandPluginSources') === true)
    throw new StoreError(
      'policy',
      `${what}: commands that give plugins are switched off (disableCommandPluginSources)`,
    );
  if (!(await store.confirm(`The marketplace wants to run \`${command}\` on this machine to get the ${what}. Run it?`)))
    throw new StoreError(
      'refused',
      `${what}: it comes from the command \`${command}\`, which was not agreed to; add --yes to run it`,
    );
  const { runBounded } = await import('tenon/plugin-api/lib/run-bounded');
  const ran = await runBounded(command, {
    env: store.host.env,
    cwd: store.host.cwd,
    limitMs: Math.min(600, Math.max(1, timeout)) * 1000,
    maxBytes: 64 * 1024,
    signal: store.signal,
  });
  if (ran.code !== 0)
    throw new StoreError('failed', `${what}: \`${command}\` ${ran.problem ?? `ended with the exit code ${ran.code}`}`);
  const path = ran.stdout.trim();
  if (!isAbsolute(path) || path.includes('\n') || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new StoreError(
      'failed',
      `${what}: \`${command}\` must print the absolute path of one folder, got ${JSON.stringify(path.slice(0, 200))}`,
    );
  return { left: copyTree(path, into) };
}

function textValues(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((one): one is [string, string] => typeof one[1] === 'string'));
}
