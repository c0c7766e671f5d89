import type { ConfigLayer, JsonObject } from 'tenon/plugin-api';
import { getDotted, isObject } from './dotted.ts';

/** One setting: a value that is no object, under its dotted key. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** Where it comes from, the strongest first; of lists, all that have a part in it. */
  readonly sources: readonly Pick<ConfigLayer, 'source' | 'path'>[];
}

/** All settings that count, by key, with the layers that they come from. */
export function entriesOf(settings: {
  readonly merged: JsonObject;
  readonly counted: readonly ConfigLayer[];
}): readonly Entry[] {
  const entries: Entry[] = [];
  const visit = (value: unknown, key: string) => {
    if (isObject(value) && Object.keys(value).length > 0) {
      for (const [name, item] of Object.entries(value)) visit(item, key === '' ? name : `${key}.${name}`);
      return;
    }
    const having = settings.counted.filter((layer) => getDotted(layer.value, key) !== undefined);
    const sources = (Array.isArray(value) ? having : having.slice(0, 1)).map(({ source, path }) => ({
      source,
      ...(path === undefined ? {} : { path }),
    }));
    if (key !== '') entries.push({ key, value, sources });
  };
  visit(settings.merged, '');
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}
