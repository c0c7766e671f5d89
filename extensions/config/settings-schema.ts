import type { JsonSchema, Manifest } from 'tenon/plugin-api';
import { CHOICES, isChoice, KEY_TYPES, type KeyType, MODES } from './key-types.ts';

const SCHEMAS: Record<Exclude<KeyType, keyof typeof CHOICES>, JsonSchema> = {
  text: { type: 'string' },
  boolean: { type: 'boolean' },
  number: { type: 'number' },
  object: { type: 'object' },
  texts: { type: 'array', items: { type: 'string' } },
  names: { type: ['string', 'array'], items: { type: 'string' } },
  attribution: { type: ['object', 'boolean'] },
  rules: { type: 'array', items: { type: 'string' } },
  mode: { enum: MODES },
  variables: { type: 'object', additionalProperties: { type: 'string' } },
};

type Mutable = { -readonly [key in keyof JsonSchema]: JsonSchema[key] } & { properties?: Record<string, Mutable> };

/**
 * A JSON Schema (draft 2020-12) of a settings file: the keys whose types are checked, and under `extensions.<id>` what
 * the manifests declare. Keys that it does not name are allowed: other programs keep theirs in the same files.
 */
export function settingsSchema(product: string, manifests: readonly Manifest[]): JsonSchema {
  const root: Mutable = { type: 'object', properties: { $schema: { type: 'string' } } };
  for (const [key, type] of KEY_TYPES) {
    const names = key.split('.');
    const last = names.pop()!;
    const parent = names.reduce((at, name) => child(at, name), root);
    Object.assign(child(parent, last), isChoice(type) ? { enum: CHOICES[type] } : SCHEMAS[type]);
  }
  const extensions = child(root, 'extensions');
  for (const { id, config, description } of manifests) {
    if (config === undefined) continue;
    Object.assign(child(extensions, id), description === undefined ? {} : { description }, config);
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: `Settings of ${product}`, ...root };
}

function child(parent: Mutable, name: string): Mutable {
  parent.properties ??= {};
  parent.properties[name] ??= {};
  return parent.properties[name];
}
