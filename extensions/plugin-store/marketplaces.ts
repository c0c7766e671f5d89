import { existsSync } from 'node:fs';
import { type FetchedMarketplace, fetchMarketplace } from './fetch-marketplace.ts';
import type { StoreScope } from './installed-plugins.ts';
import { type KnownMarketplace, keepMarketplace, knownMarketplaces } from './known-marketplaces.ts';
import { type Marketplace, marketplaceFile, readMarketplace } from './marketplace.ts';
import { checkPolicy } from './policy.ts';
import { type MarketplaceSource, shownSource } from './source.ts';
import { marketplacesOfSettings, type Store, setNamed } from './store.ts';
import { StoreError } from './store-error.ts';

/** A marketplace that plugins can be taken from. */
export interface OpenMarketplace {
  readonly name: string;
  readonly known: KnownMarketplace;
  readonly marketplace: Marketplace;
}

/** Adds a marketplace, or fetches one again that is there. Only for whoever holds the lock. */
export async function addMarketplace(
  store: Store,
  source: MarketplaceSource,
  scope: StoreScope,
): Promise<OpenMarketplace & { readonly again: boolean }> {
  checkPolicy(store, source);
  const fetched = await fetchMarketplace(store, source);
  const { name } = fetched.marketplace;
  const before = (await knownMarketplaces(store.folders)).get(name);
  if (before !== undefined && !isSame(before.source, source)) {
    const { command } = store.host.distro;
    throw new StoreError(
      'name-taken',
      `a marketplace ${name} is there already, from ${shownSource(before.source)}; remove it first with: ${command} plugin marketplace remove ${name}`,
    );
  }
  const open = await keep(store, fetched, before);
  await setNamed(store, scope, 'extraKnownMarketplaces', name, { source });
  return { ...open, again: before !== undefined };
}

/** Fetches a marketplace again. */
export async function refreshMarketplace(
  store: Store,
  name: string,
  known: KnownMarketplace,
): Promise<OpenMarketplace> {
  checkPolicy(store, known.source);
  const fetched = await fetchMarketplace(store, known.source);
  checkName(fetched.marketplace, name, known.source);
  return keep(store, fetched, known);
}

async function keep(
  store: Store,
  fetched: FetchedMarketplace,
  before: KnownMarketplace | undefined,
): Promise<OpenMarketplace> {
  const { marketplace } = fetched;
  const known = { ...before, ...(await fetched.commit()) };
  await keepMarketplace(store.folders, marketplace.name, known);
  return { name: marketplace.name, known, marketplace };
}

/**
 * Opens a marketplace by name. One that settings name and nobody has fetched yet is fetched.
 * @throws StoreError `not-found` and those of fetching
 */
export async function openMarketplace(store: Store, name: string): Promise<OpenMarketplace> {
  const known = (await knownMarketplaces(store.folders)).get(name);
  if (known !== undefined) {
    checkPolicy(store, known.source);
    if (!existsSync(marketplaceFile(known.installLocation))) return refreshMarketplace(store, name, known);
    const repo = known.source.source === 'github' ? known.source.repo : undefined;
    const marketplace = await readMarketplace(marketplaceFile(known.installLocation), repo);
    checkName(marketplace, name, known.source);
    return { name, known, marketplace };
  }
  const declared = (await marketplacesOfSettings(store)).get(name);
  if (declared instanceof StoreError) throw declared;
  if (declared === undefined) {
    const names = [...(await knownMarketplaces(store.folders)).keys()];
    const { command } = store.host.distro;
    const there = names.length === 0 ? 'there is none yet' : `there are: ${names.join(', ')}`;
    throw new StoreError(
      'not-found',
      `there is no marketplace ${name}; ${there}. Add it with: ${command} plugin marketplace add SOURCE`,
    );
  }
  checkPolicy(store, declared.source);
  await store.say(`Fetching the marketplace ${name} from ${shownSource(declared.source)}`);
  const fetched = await fetchMarketplace(store, declared.source);
  checkName(fetched.marketplace, name, declared.source);
  return keep(store, fetched, undefined);
}

function checkName(marketplace: Marketplace, name: string, source: MarketplaceSource): void {
  if (marketplace.name === name) return;
  throw new StoreError(
    'bad-marketplace',
    `${shownSource(source)} calls itself ${marketplace.name} now, and not ${name}; remove ${name} and add it again`,
  );
}

function isSame(one: MarketplaceSource, other: MarketplaceSource): boolean {
  const text = (source: MarketplaceSource) =>
    JSON.stringify(Object.entries(source).sort(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}
