import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importSource, root } from './bundle.mjs';
import { TypeSchemas } from './type-schemas.mjs';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The schema of `tenon.json`, and that of what hooks are fired with and their taps may return. */
export async function pluginSchemas() {
  const { hookCatalog } = await importSource('hooks', `export { hookCatalog } from 'tenon/plugin-api';`);
  return { manifest: await manifestSchema(Object.keys(hookCatalog)), hooks: await hooksSchema(hookCatalog) };
}

async function manifestSchema(hooks) {
  const types = await TypeSchemas.of('plugin-api');
  types.schemaOf('plugin-api/extension.ts', 'Manifest');
  const { Manifest, HookKind, Declared, DeclaredItem, Trigger } = types.definitions;
  const { properties } = Manifest;
  const hookNames = {
    type: 'array',
    items: { anyOf: [{ enum: hooks }, { type: 'string', pattern: '^[A-Za-z]\\w*$' }] },
  };
  const service = { type: 'array', items: { type: 'string', pattern: '^.+@\\d+$', examples: ['permissions@1'] } };
  const text = (name, field) => ({ description: properties[name].description, ...field });
  return {
    $schema: DRAFT,
    title: 'Manifest of a Tenon extension (tenon.json)',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      ...properties,
      id: text('id', { type: 'string', pattern: '^[@a-zA-Z0-9][\\w@/.:-]*$' }),
      version: { description: 'Default: that of the package.json beside it.', type: 'string', minLength: 1 },
      main: {
        description: 'The module whose default export is the extension, from the folder of this file.',
        type: 'string',
        examples: ['src/index.ts'],
      },
      taps: text('taps', hookNames),
      fires: text('fires', hookNames),
      provides: { description: 'Services it offers.', ...service },
      requires: text('requires', service),
      optional: text('optional', service),
      replaces: text('replaces', { type: 'array', items: { type: 'string', pattern: '^[^:]+:.+$' } }),
      config: { ...properties.config, type: 'object', $ref: undefined },
    },
    required: ['id', 'api'],
    additionalProperties: false,
    $defs: { HookKind, Declared, DeclaredItem, Trigger },
  };
}

async function hooksSchema(catalog) {
  const types = await TypeSchemas.of('plugin-api');
  const files = (await readdir(join(root, 'plugin-api/hooks'))).filter((name) => name !== 'catalog.ts').sort();
  const properties = {};
  for (const file of files) {
    for (const { name, description, value, patch } of types.hooksOf(`plugin-api/hooks/${file}`)) {
      const { kind } = catalog[name];
      properties[name] = {
        ...(description !== undefined && { description }),
        type: 'object',
        properties: { kind: { const: kind }, value, ...(patch !== undefined && { patch }) },
      };
    }
  }
  const missing = Object.keys(catalog).filter((name) => !(name in properties));
  if (missing.length > 0) throw new Error(`The types of these hooks were not found: ${missing.join(', ')}`);
  return {
    $schema: DRAFT,
    title: 'Hooks of Tenon: what each is fired with (value), and what a tap may return (patch)',
    description: 'What JSON cannot carry is left out: functions, and the signal and memory of a session.',
    type: 'object',
    properties,
    $defs: types.definitions,
  };
}

/** Writes dist/tenon.schema.json and dist/hooks.schema.json, for editors and for programs in other languages. */
export async function buildPluginSchemas() {
  const { manifest, hooks } = await pluginSchemas();
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(join(root, 'dist/tenon.schema.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(root, 'dist/hooks.schema.json'), `${JSON.stringify(hooks, null, 2)}\n`);
}
