import { isObject } from './json-file.ts';
import { gitUrl, type MarketplaceSource, shownSource } from './source.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/**
 * Checks a marketplace against what the administrator allows (`strictKnownMarketplaces`, `blockedMarketplaces` of the
 * managed settings).
 * @throws StoreError `policy`
 */
export function checkPolicy({ config }: Store, source: MarketplaceSource): void {
  for (const { source: from, value } of config.layers()) {
    if (from !== 'managed') continue;
    const allowed = value.strictKnownMarketplaces ?? value.allowedMarketplaces;
    const blocked = value.blockedMarketplaces;
    const fits = (list: readonly unknown[]) => list.some((one) => isObject(one) && isMeant(one, source));
    if (allowed !== undefined && !(Array.isArray(allowed) && fits(allowed)))
      throw new StoreError('policy', `your administrator does not allow marketplaces from ${shownSource(source)}`);
    if (Array.isArray(blocked) && fits(blocked))
      throw new StoreError('policy', `your administrator has blocked marketplaces from ${shownSource(source)}`);
  }
}

function isMeant(rule: Readonly<Record<string, unknown>>, source: MarketplaceSource): boolean {
  const { source: kind } = rule;
  if (kind === 'hostPattern' || typeof rule.hostPattern === 'string') {
    const host = hostOf(source);
    return host !== undefined && isWhole(rule.hostPattern, host);
  }
  if (kind === 'pathPattern' || typeof rule.pathPattern === 'string')
    return (
      'path' in source &&
      (source.source === 'file' || source.source === 'directory') &&
      isWhole(rule.pathPattern, source.path ?? '')
    );
  if (kind !== source.source) return false;
  if (source.source === 'github' && typeof rule.repo === 'string' && rule.repo.endsWith('/*'))
    return source.repo.toLowerCase().startsWith(rule.repo.slice(0, -1).toLowerCase());
  // a rule may leave open what it does not care for, such as the ref
  return Object.entries(rule).every(([key, value]) => (source as Readonly<Record<string, unknown>>)[key] === value);
}

function isWhole(pattern: unknown, text: string): boolean {
  try {
    return typeof pattern === 'string' && new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false; // a pattern that makes no sense allows nothing
  }
}

function hostOf(source: MarketplaceSource): string | undefined {
  if (source.source !== 'github' && source.source !== 'git' && source.source !== 'url') return undefined;
  const address = source.source === 'url' ? source.url : gitUrl(source);
  const short = /^[^@/]+@([^:/]+):/.exec(address);
  if (short !== null) return short[1];
  try {
    return new URL(address).hostname;
  } catch {
    return undefined; // it has no host
  }
}
