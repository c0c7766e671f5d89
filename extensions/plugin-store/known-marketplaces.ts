import { isAbsolute, join } from 'node:path';
import type { ConfigLayer, JsonObject } from 'tenon/plugin-api';
import type { Folders } from './folders.ts';
import { isObject, readJsonObject, writeJsonObject } from './json-file.ts';
import { type MarketplaceSource, marketplaceSource } from './source.ts';
import { StoreError } from './store-error.ts';

/** A line of known_marketplaces.json. */
export interface KnownMarketplace {
  readonly source: MarketplaceSource;
  /** Its folder, or its marketplace.json; absolute. */
  readonly installLocation: string;
  /** ISO 8601. */
  readonly lastUpdated: string;
  readonly autoUpdate?: boolean;
}

const fileOf = ({ plugins }: Folders) => join(plugins, 'known_marketplaces.json');

/** What known_marketplaces.json lists, by name. Lines that make no sense are left out. */
export async function knownMarketplaces(folders: Folders): Promise<ReadonlyMap<string, KnownMarketplace>> {
  const known = new Map<string, KnownMarketplace>();
  for (const [name, value] of Object.entries((await readJsonObject(fileOf(folders))) ?? {})) {
    if (!isObject(value) || typeof value.installLocation !== 'string' || !isAbsolute(value.installLocation)) continue;
    try {
      const source = marketplaceSource(value.source, name);
      known.set(name, { ...(value as unknown as KnownMarketplace), source });
    } catch {
      // another program's kind of source: not ours to use, and kept when the file is written
    }
  }
  return known;
}

/** Adds, replaces or (`undefined`) removes a line. */
export async function keepMarketplace(
  folders: Folders,
  name: string,
  value: KnownMarketplace | undefined,
): Promise<void> {
  const all: JsonObject = { ...(await readJsonObject(fileOf(folders))) };
  const { [name]: _old, ...rest } = all;
  await writeJsonObject(fileOf(folders), value === undefined ? rest : { ...rest, [name]: value });
}

/** A marketplace that settings name and nobody may have fetched yet. */
export interface DeclaredMarketplace {
  readonly name: string;
  readonly source: MarketplaceSource;
  readonly from: ConfigLayer['source'];
  readonly autoUpdate?: boolean;
}

/**
 * The marketplaces of `extraKnownMarketplaces`, the strongest layer first.
 * @param trusted whether the project counts
 */
export function declaredMarketplaces(
  layers: readonly ConfigLayer[],
  trusted: boolean,
): ReadonlyMap<string, DeclaredMarketplace | StoreError> {
  const declared = new Map<string, DeclaredMarketplace | StoreError>();
  for (const { source: from, value } of layers) {
    for (const key of ['extraKnownMarketplaces', 'additionalMarketplaces']) {
      const named = value[key];
      if (!isObject(named)) continue;
      for (const [name, one] of Object.entries(named)) {
        if (declared.has(name)) continue;
        if (!trusted && (from === 'project' || from === 'local')) {
          declared.set(
            name,
            new StoreError(
              'untrusted',
              `the marketplace ${name} is named by the settings of a project that is not trusted; run with --trust, or tenon trust to keep it`,
            ),
          );
          continue;
        }
        try {
          const source = marketplaceSource(
            isObject(one) ? one.source : one,
            `marketplace ${name} of the ${from} settings`,
          );
          declared.set(name, { name, source, from });
        } catch (error) {
          declared.set(name, error as StoreError);
        }
      }
    }
  }
  return declared;
}
