// Writes extensions/builtin-tools/schemas.gen.ts from the zod schemas beside it.
//   node scripts/generate-schemas.mjs           writes the file
//   node scripts/generate-schemas.mjs --check   exits with 1 when the file is not what would be written
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const folder = fileURLToPath(new URL('../extensions/builtin-tools/', import.meta.url));
const target = join(folder, 'schemas.gen.ts');

/** Bundles the TypeScript sources into one module, because Node 20 runs none, and imports it. */
async function load() {
  const build = await rolldown({
    input: 'schemas',
    platform: 'node',
    plugins: [
      {
        name: 'schemas',
        resolveId: (id) => (id === 'schemas' ? '\0schemas' : undefined),
        load: (id) =>
          id === '\0schemas'
            ? `export { inputs } from ${JSON.stringify(join(folder, 'schemas/inputs.ts'))}; export { toJSONSchema } from ${JSON.stringify(fileURLToPath(import.meta.resolve('zod')))};`
            : undefined,
      },
    ],
  });
  const out = await mkdtemp(join(tmpdir(), 'schemas-'));
  try {
    await build.write({ file: join(out, 'schemas.mjs'), format: 'esm', codeSplitting: false });
    return await import(pathToFileURL(join(out, 'schemas.mjs')).href);
  } finally {
    await build.close();
    await rm(out, { recursive: true, force: true });
  }
}

async function render() {
  const { inputs, toJSONSchema } = await load();
  const lines = [
    '// Made by scripts/generate-schemas.mjs from schemas/*.schema.ts; do not edit.',
    "import type { JsonSchema } from 'tenon/plugin-api';",
    '',
    '/** The input of each tool as the model sees it. */',
    'export const schemas = {',
  ];
  for (const [name, input] of Object.entries(inputs)) {
    const made = toJSONSchema(input, {
      // the fields are as they are after the conversion of numbers in strings
      io: 'output',
      override: ({ jsonSchema }) => {
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        for (const [key, field] of Object.entries(jsonSchema.properties ?? {})) {
          if (field.untold === true) delete jsonSchema.properties[key];
        }
      },
    });
    delete made.$schema;
    lines.push(`  ${name}: ${JSON.stringify(made, null, 2).replaceAll('\n', '\n  ')},`);
  }
  lines.push('} as const satisfies Record<string, JsonSchema>;', '');
  return lines.join('\n');
}

const text = await render();
if (process.argv.includes('--check')) {
  const now = await readFile(target, 'utf8').catch(() => '');
  if (now !== text) {
    process.stderr.write('extensions/builtin-tools/schemas.gen.ts is stale: run node scripts/generate-schemas.mjs\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, text);
}
