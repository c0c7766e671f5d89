import type { ConfigLayer, JsonObject } from 'tenon/plugin-api';
import { RESERVED_MARKETPLACES } from 'tenon/plugin-api/lib/marketplace-format';
import { marketplaceVerdict } from 'tenon/plugin-api/lib/marketplace-policy';

/** The owners of the reserved names, in an address or as `owner/name`. */
const OWNERS = /^(?:(?:https?:\/\/github\.com\/|git@github\.com:)?anthropics?\/)/i;

/**
 * Why a plugin that was installed from a marketplace takes no part now; `undefined` when it may.
 * @param place where known_marketplaces.json says that the marketplace comes from
 */
export function marketplaceRefusal(
  name: string,
  place: JsonObject | undefined,
  layers: readonly ConfigLayer[],
): string | undefined {
  const verdict = marketplaceVerdict(layers, place ?? {});
  if (verdict === 'unlisted') return `your administrator does not allow the marketplace ${name}`;
  if (verdict === 'blocked') return `your administrator has blocked the marketplace ${name}`;
  if (place === undefined || !RESERVED_MARKETPLACES.includes(name.toLowerCase())) return undefined;
  const { repo, url } = place;
  const owned = [repo, url].some((one) => typeof one === 'string' && OWNERS.test(one));
  return owned ? undefined : `the name ${name} is reserved for its owner, and this marketplace comes from elsewhere`;
}
