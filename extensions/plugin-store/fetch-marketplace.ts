import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import { MAX_FILE_BYTES } from 'tenon/plugin-api/lib/read-bounded';
import { isObject, writeJsonObject } from './json-file.ts';
import type { KnownMarketplace } from './known-marketplaces.ts';
import { MARKETPLACE_FILE, type Marketplace, marketplaceFile, marketplaceOf, readMarketplace } from './marketplace.ts';
import { gitUrl, type MarketplaceSource, shownSource } from './source.ts';
import { replaceFolder, stagingFolder } from './staging.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { folderWithin } from './tree.ts';

/** A marketplace that was fetched and checked, and is not at its place yet. */
export interface FetchedMarketplace {
  readonly marketplace: Marketplace;
  /** Puts it at its place and gives the line for known_marketplaces.json. */
  commit(): Promise<KnownMarketplace>;
}

/**
 * Fetches a marketplace. Nothing is changed but staging.
 * @throws StoreError
 */
export async function fetchMarketplace(store: Store, source: MarketplaceSource): Promise<FetchedMarketplace> {
  const { folders } = store;
  const now = () => new Date().toISOString();
  const at = (installLocation: string): KnownMarketplace => ({ source, installLocation, lastUpdated: now() });
  const placed = (marketplace: Marketplace, folder: string, below: string): FetchedMarketplace => ({
    marketplace,
    async commit() {
      const place = join(folders.marketplaces, marketplace.name);
      replaceFolder(folder, place);
      return at(below === MARKETPLACE_FILE ? place : join(place, below));
    },
  });
  const written = (marketplace: Marketplace, value: unknown): FetchedMarketplace => ({
    marketplace,
    async commit() {
      makeFolder(folders.marketplaces);
      const place = join(folders.marketplaces, `${marketplace.name}.json`);
      await writeJsonObject(place, value);
      return at(place);
    },
  });
  switch (source.source) {
    case 'directory':
    case 'file': {
      const wanted = source.source === 'file' ? 'file' : 'folder';
      const found = statSync(source.path, { throwIfNoEntry: false });
      if (found === undefined || (wanted === 'file' ? !found.isFile() : !found.isDirectory()))
        throw new StoreError('not-found', `${source.path} is no ${wanted} that is there`);
      const marketplace = await readMarketplace(marketplaceFile(source.path));
      return { marketplace, commit: async () => at(source.path) };
    }
    case 'github':
    case 'git': {
      const { fetchRepository } = await import('./git.ts');
      const folder = join(stagingFolder(folders), 'repository');
      const { ref, sha, sparsePaths, skipLfs, path = MARKETPLACE_FILE } = source;
      const paths = sparsePaths === undefined ? undefined : ['.claude-plugin', ...sparsePaths];
      await fetchRepository(store, { url: gitUrl(source), ref, sha, paths, skipLfs }, folder);
      const below = path.endsWith('.json') ? path : `${path.replace(/\/$/, '')}/${MARKETPLACE_FILE}`;
      folderWithin(folder, below.split('/').slice(0, -1).join('/') || '.', shownSource(source));
      const marketplace = await readMarketplace(
        join(folder, below),
        source.source === 'github' ? source.repo : undefined,
      );
      return placed(marketplace, folder, below);
    }
    case 'npm': {
      const { fetchPackage } = await import('./npm.ts');
      const staging = stagingFolder(folders);
      const folder = join(staging, 'package');
      await fetchPackage(store, source, join(staging, 'archive'), folder);
      return placed(await readMarketplace(join(folder, MARKETPLACE_FILE)), folder, MARKETPLACE_FILE);
    }
    case 'url': {
      const { download } = await import('./download.ts');
      const text = (await download(store, source.url, MAX_FILE_BYTES, headersOf(source.headers))).toString('utf8');
      let value: unknown;
      try {
        value = parseJson(text);
      } catch (error) {
        throw new StoreError(
          'bad-marketplace',
          `${shownSource(source)} is no marketplace.json: ${(error as Error).message}`,
          error,
        );
      }
      if (!isObject(value)) throw new StoreError('bad-marketplace', `${shownSource(source)} must hold an object`);
      return written(marketplaceOf(value, shownSource(source)), value);
    }
    default: {
      const value = { name: source.name, owner: source.owner ?? { name: source.name }, plugins: source.plugins };
      return written(marketplaceOf(value, 'the settings'), value);
    }
  }
}

function headersOf(headers: unknown): Record<string, string> {
  if (!isObject(headers)) return {};
  return Object.fromEntries(
    Object.entries(headers).filter((one): one is [string, string] => typeof one[1] === 'string'),
  );
}
