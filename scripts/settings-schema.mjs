import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importSource, root } from './bundle.mjs';

/** Writes dist/settings.schema.json, for editors: the settings of the full distribution and of its extensions. */
export async function buildSchema() {
  const path = (name) => JSON.stringify(join(root, name));
  const { settingsSchema, distro } = await importSource(
    'settings-schema',
    `export { settingsSchema } from ${path('extensions/config/settings-schema.ts')};
export { default as distro } from ${path('distros/full.ts')};`,
  );
  const schema = settingsSchema(
    distro.name,
    distro.extensions.map((entry) => entry.manifest),
  );
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(join(root, 'dist/settings.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
}
