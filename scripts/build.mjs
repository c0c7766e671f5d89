#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { buildCli } from './cli-bundle.mjs';
import { buildLibrary } from './library.mjs';
import { buildPluginSchemas } from './plugin-schemas.mjs';
import { buildSchema } from './settings-schema.mjs';
import { fingerprint, isFresh, locked, stamp } from './stamp.mjs';

const usage = `Usage: node scripts/build.mjs [--cli] [--lib] [--schema] [--if-stale]

  --cli          dist/tenon.cjs and its chunks
  --lib          dist/lib: JavaScript and declarations for importing from the package
  --schema       dist/settings.schema.json, dist/tenon.schema.json, dist/hooks.schema.json
                 (all of these, when none is named)
  --if-stale     does nothing when no source file changed since the last build
`;

const parts = { cli: buildCli, lib: buildLibrary, schema: () => Promise.all([buildSchema(), buildPluginSchemas()]) };

async function main() {
  const { values } = parseArgs({
    options: {
      cli: { type: 'boolean' },
      lib: { type: 'boolean' },
      schema: { type: 'boolean' },
      'if-stale': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  for (const name of Object.keys(parts)) {
    if ((values.cli || values.lib || values.schema) && !values[name]) continue;
    await locked(name, async () => {
      const print = await fingerprint();
      if (values['if-stale'] && (await isFresh(name, print))) return;
      const started = performance.now();
      await parts[name]();
      await stamp(name, print);
      process.stderr.write(`built ${name} in ${Math.round(performance.now() - started)} ms\n`);
    });
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
