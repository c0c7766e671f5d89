// Writes extensions/authoring/schemas.gen.ts: the schemas that `plugin check` checks and tries extensions with.
//   node scripts/generate-plugin-schemas.mjs           writes the file
//   node scripts/generate-plugin-schemas.mjs --check   exits with 1 when the file is not what would be written
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './bundle.mjs';
import { pluginSchemas } from './plugin-schemas.mjs';

const target = join(root, 'extensions/authoring/schemas.gen.ts');

/** Nobody reads these descriptions: those in dist/*.schema.json are for people. */
function bare(value) {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, item]) => key !== 'description' || typeof item !== 'string');
  return Object.fromEntries(entries.map(([key, item]) => [key, bare(item)]));
}

const { manifest, hooks } = await pluginSchemas();
const text = `// Made by scripts/generate-plugin-schemas.mjs from the types of plugin-api; do not edit.
import type { JsonSchema } from 'tenon/plugin-api';

/** What \`tenon.json\` may hold. */
export const manifestSchema: JsonSchema = ${JSON.stringify(bare(manifest), null, 1)};

/** What hooks are fired with, by hook: \`properties.<hook>.properties.value\`. */
export const hooksSchema: JsonSchema = ${JSON.stringify(bare(hooks), null, 1)};
`;

if (!process.argv.includes('--check')) await writeFile(target, text);
else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
  process.stderr.write('extensions/authoring/schemas.gen.ts is stale: run node scripts/generate-plugin-schemas.mjs\n');
  process.exitCode = 1;
}
