import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import { expect, test } from 'vitest';
import full from '../../../distros/full.ts';
import { root } from '../../../test/gates/source-file.ts';
import { KEY_TYPES } from '../key-types.ts';
import { settingsSchema } from '../settings-schema.ts';

const manifests = [
  ...full.extensions.map(({ manifest }) => manifest),
  {
    id: '@acme/deploy',
    version: '1',
    api: 1,
    config: { type: 'object', properties: { target: { enum: ['a', 'b'] } }, additionalProperties: false },
  } as const,
];
const schema = settingsSchema('Tenon', manifests);
const problems = (settings: unknown) => checkSchema(schema, settings).issues?.map(({ path }) => path.join('.')) ?? [];

test('settings as people have them fit, with keys that only other programs know', () => {
  expect(
    problems({
      $schema: 'https://example.org/settings.json',
      model: 'opus',
      permissions: { allow: ['Read'], deny: [], defaultMode: 'acceptEdits', unknown: 1 },
      env: { A: 'b' },
      hooks: { Stop: [] },
      statusLine: { type: 'command', command: 'x' },
      sandbox: { enabled: true, network: { allowedDomains: ['a'] } },
      extensions: { '@acme/deploy': { target: 'a' }, other: { x: 1 } },
      somethingElse: [1],
    }),
  ).toEqual([]);
});

test.each([
  [{ model: 7 }, ['model']],
  [{ permissions: { deny: 'Edit', defaultMode: 'yolo' } }, ['permissions.deny', 'permissions.defaultMode']],
  [{ env: { A: 1 } }, ['env.A']],
  [{ sandbox: { enabled: 'yes' } }, ['sandbox.enabled']],
  [
    { extensions: { '@acme/deploy': { target: 'c', more: 1 } } },
    ['extensions.@acme/deploy.target', 'extensions.@acme/deploy.more'],
  ],
  [{ claudeMdExcludes: '**' }, ['claudeMdExcludes']],
])('%j does not fit', (settings, paths) => {
  expect(problems(settings)).toEqual(paths);
});

test('every key whose type is checked is in it, and every extension that has settings', () => {
  const at = (path: readonly string[]) =>
    path.reduce<{ properties?: Record<string, object> } | undefined>(
      (node, name) => node?.properties?.[name],
      schema as object,
    );
  for (const [key] of KEY_TYPES) expect(at(key.split('.')), key).toBeDefined();
  for (const { id, config } of manifests)
    if (config !== undefined) expect(at(['extensions', id])).toMatchObject(config);
});

test('the build writes it', () => {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--schema', '--if-stale'], { stdio: 'pipe' });
  const written: unknown = JSON.parse(readFileSync(join(root, 'dist/settings.schema.json'), 'utf8'));
  expect(written).toEqual(
    JSON.parse(
      JSON.stringify(
        settingsSchema(
          full.name,
          full.extensions.map(({ manifest }) => manifest),
        ),
      ),
    ),
  );
}, 120_000);
