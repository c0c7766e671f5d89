import { nearest } from 'tenon/plugin-api/lib/nearest';
import { knownMarketplaces } from './known-marketplaces.ts';
import { isPluginName } from './marketplace.ts';
import { type OpenMarketplace, openMarketplace } from './marketplaces.ts';
import { marketplacesOfSettings, type Store } from './store.ts';
import { StoreError } from './store-error.ts';

export interface PluginId {
  readonly name: string;
  readonly marketplace: string;
}

/** Takes `name@marketplace` apart; `undefined` for a name alone. @throws StoreError `bad-name` */
function parseId(text: string): PluginId | undefined {
  const at = text.lastIndexOf('@');
  const [name, marketplace] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, undefined];
  if (!isPluginName(name) || (marketplace !== undefined && !isPluginName(marketplace)))
    throw new StoreError('bad-name', `${JSON.stringify(text)} is not the name of a plugin; write NAME@MARKETPLACE`);
  return marketplace === undefined ? undefined : { name, marketplace };
}

/** Finds the one marketplace that has a plugin. @throws StoreError `not-found`, `ambiguous` */
export async function findPlugin(
  store: Store,
  text: string,
): Promise<{ readonly name: string; readonly from: OpenMarketplace }> {
  const id = parseId(text);
  if (id !== undefined) return { name: id.name, from: await openMarketplace(store, id.marketplace) };
  const known = await knownMarketplaces(store.folders);
  const declared = [...(await marketplacesOfSettings(store))].filter(([, one]) => !(one instanceof StoreError));
  const names = new Set([...known.keys(), ...declared.map(([name]) => name)]);
  const found: OpenMarketplace[] = [];
  const others: string[] = [];
  for (const name of names) {
    try {
      const one = await openMarketplace(store, name);
      if (one.marketplace.plugins.has(text)) found.push(one);
      else others.push(...one.marketplace.plugins.keys());
    } catch (error) {
      await store.say(`The marketplace ${name} cannot be read: ${(error as Error).message}`);
    }
  }
  const [only] = found;
  if (only === undefined) {
    const near = nearest(text, others);
    const hint =
      near === undefined
        ? `${store.host.distro.command} plugin list --available shows what there is`
        : `did you mean ${near}?`;
    throw new StoreError('not-found', `no marketplace has a plugin ${text}; ${hint}`);
  }
  if (found.length > 1)
    throw new StoreError(
      'ambiguous',
      `several marketplaces have a plugin ${text}; write ${found.map(({ name }) => `${text}@${name}`).join(' or ')}`,
    );
  return { name: text, from: only };
}
