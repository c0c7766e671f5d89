import type { ConfigLayer } from '../services/config.ts';

/** Where a marketplace comes from, as settings and known_marketplaces.json write it. */
export type MarketplacePlace = Readonly<Record<string, unknown>>;

/** What the administrator says of a marketplace: `unlisted` when he lists those that are allowed, and it is none of them. */
export type MarketplaceVerdict = 'allowed' | 'unlisted' | 'blocked';

/**
 * Judges a marketplace by `strictKnownMarketplaces` and `blockedMarketplaces` of the managed settings. A rule is a source
 * whose fields must be the same (those it leaves out do not count; `owner/*` is every repository of an owner),
 * `hostPattern` or `pathPattern`, which must fit the whole host or path.
 */
export function marketplaceVerdict(
  layers: readonly Pick<ConfigLayer, 'source' | 'value'>[],
  place: MarketplacePlace,
): MarketplaceVerdict {
  for (const { source: from, value } of layers) {
    if (from !== 'managed') continue;
    const allowed = value.strictKnownMarketplaces ?? value.allowedMarketplaces;
    const blocked = value.blockedMarketplaces;
    const fits = (list: readonly unknown[]) => list.some((rule) => isPlace(rule) && isMeant(rule, place));
    if (allowed !== undefined && !(Array.isArray(allowed) && fits(allowed))) return 'unlisted';
    if (Array.isArray(blocked) && fits(blocked)) return 'blocked';
  }
  return 'allowed';
}

function isPlace(value: unknown): value is MarketplacePlace {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMeant(rule: MarketplacePlace, place: MarketplacePlace): boolean {
  const { source: kind } = rule;
  if (kind === 'hostPattern' || typeof rule.hostPattern === 'string') {
    const host = hostOf(place);
    return host !== undefined && isWhole(rule.hostPattern, host);
  }
  if (kind === 'pathPattern' || typeof rule.pathPattern === 'string') {
    const local = place.source === 'file' || place.source === 'directory';
    return local && typeof place.path === 'string' && isWhole(rule.pathPattern, place.path);
  }
  if (kind !== place.source) return false;
  if (kind === 'github' && typeof rule.repo === 'string' && rule.repo.endsWith('/*')) {
    return typeof place.repo === 'string' && place.repo.toLowerCase().startsWith(rule.repo.slice(0, -1).toLowerCase());
  }
  // a rule may leave open what it does not care for, such as the ref
  return Object.entries(rule).every(([key, value]) => place[key] === value);
}

function isWhole(pattern: unknown, text: string): boolean {
  try {
    return typeof pattern === 'string' && new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false; // a pattern that makes no sense allows nothing
  }
}

function hostOf({ source, url }: MarketplacePlace): string | undefined {
  if (source === 'github') return 'github.com';
  if ((source !== 'git' && source !== 'url') || typeof url !== 'string') return undefined;
  // git takes owner/name for a repository there
  if (source === 'git' && /^[A-Za-z0-9][\w-]*\/[\w.-]+$/.test(url)) return 'github.com';
  const short = source === 'git' ? /^[^@/]+@([^:/]+):/.exec(url) : null;
  if (short !== null) return short[1];
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
