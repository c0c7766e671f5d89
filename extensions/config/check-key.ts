import type { Manifest } from 'tenon/plugin-api';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { isPart, withDotted } from './dotted.ts';
import { isChoice, KEY_TYPES } from './key-types.ts';
import { unknownKey } from './known-keys.ts';
import { plain } from './printable.ts';
import { settingsSchema } from './settings-schema.ts';

/** What was typed, as JSON where it is JSON and the key is not a text. */
export function typedValue(key: string, typed: string): unknown {
  const type = KEY_TYPES.find(([name]) => name === key)?.[1];
  if (type === 'text' || type === 'mode' || (type !== undefined && isChoice(type))) return typed;
  if (KEY_TYPES.some(([name, parent]) => parent === 'variables' && key.startsWith(`${name}.`))) return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed; // a word without quotes
  }
}

/** @throws Error for a key that settings do not have, and a value that it cannot have */
export function checkKey(key: string, value: unknown, manifests: readonly Manifest[], product: string): void {
  const meant = unknownKey(key) ?? unknownExtension(key, manifests);
  if (meant !== undefined) {
    const near = meant === '' ? '.' : `; did you mean ${meant}?`;
    throw new Error(`${plain(key)} is not a key of the settings${near} With --force it is written all the same`);
  }
  // of all other keys `Settings.set` says it, in plainer words
  if (!key.startsWith('extensions.')) return;
  const [issue] = checkSchema(settingsSchema(product, manifests), withDotted({}, key, value)).issues ?? [];
  if (issue === undefined) return;
  const at = issue.path.join('.');
  throw new Error(`${plain(at === '' ? key : at)} ${plain(issue.message)}; nothing was written`);
}

/** The key with the nearest id when it is of an extension that is not there; an empty text when none is near. */
function unknownExtension(key: string, manifests: readonly Manifest[]): string | undefined {
  if (!key.startsWith('extensions.')) return undefined;
  const rest = key.slice('extensions.'.length);
  const ids = manifests.map(({ id }) => id);
  if (manifests.length === 0 || ids.some((id) => isPart(rest, id))) return undefined;
  const id = nearest(rest.split('.', 1)[0]!, ids);
  return id === undefined ? '' : `extensions.${id}`;
}
