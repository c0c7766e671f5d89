import { marketplaceVerdict } from 'tenon/plugin-api/lib/marketplace-policy';
import { type MarketplaceSource, shownSource } from './source.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/**
 * Checks a marketplace against what the administrator allows (`strictKnownMarketplaces`, `blockedMarketplaces` of the
 * managed settings).
 * @throws StoreError `policy`
 */
export function checkPolicy({ config }: Store, source: MarketplaceSource): void {
  const verdict = marketplaceVerdict(config.layers(), { ...source });
  if (verdict === 'unlisted')
    throw new StoreError('policy', `your administrator does not allow marketplaces from ${shownSource(source)}`);
  if (verdict === 'blocked')
    throw new StoreError('policy', `your administrator has blocked marketplaces from ${shownSource(source)}`);
}
