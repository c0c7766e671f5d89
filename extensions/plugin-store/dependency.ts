import type { JsonObject } from 'tenon/plugin-api';
import { isObject, textIn } from './json-file.ts';
import { isPluginName } from './marketplace.ts';
import { StoreError } from './store-error.ts';

/** Another plugin that a plugin needs. */
export interface Dependency {
  readonly name: string;
  readonly marketplace: string;
  /** Versions that will do, as npm writes them. */
  readonly range?: string;
}

/**
 * The dependencies that a plugin.json and its entry list.
 * @param own the marketplace of the plugin
 * @param allowed other marketplaces that its dependencies may come from
 * @throws StoreError `bad-dependency`
 */
export function dependenciesOf(
  manifests: readonly JsonObject[],
  own: string,
  allowed: readonly string[],
  what: string,
): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  for (const { dependencies } of manifests) {
    if (dependencies === undefined) continue;
    if (!Array.isArray(dependencies)) throw new StoreError('bad-dependency', `${what}: "dependencies" must be a list`);
    if (dependencies.length > 100)
      throw new StoreError('bad-dependency', `${what}: it lists more than 100 dependencies`);
    for (const one of dependencies as readonly unknown[]) {
      const text = isObject(one) ? textIn(one.name) : textIn(one);
      const [name = '', from] = text?.split('@') ?? [];
      const marketplace = (isObject(one) ? textIn(one.marketplace) : undefined) ?? from ?? own;
      if (!isPluginName(name) || !isPluginName(marketplace))
        throw new StoreError(
          'bad-dependency',
          `${what}: ${JSON.stringify(one)} is not a dependency; write "name", or {"name": …, "version": …}`,
        );
      if (marketplace !== own && !allowed.includes(marketplace))
        throw new StoreError(
          'bad-dependency',
          `${what}: it needs ${name} of the marketplace ${marketplace}, and ${own} does not allow that (allowCrossMarketplaceDependenciesOn)`,
        );
      const range = isObject(one) ? textIn(one.version) : undefined;
      found.set(`${name}@${marketplace}`, { name, marketplace, ...(range !== undefined && { range }) });
    }
  }
  return [...found.values()];
}
