import { spawnSync } from 'node:child_process';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './bundle.mjs';

/** Compiles the sources one to one into dist/lib, with declarations, for people who import from the package. */
export async function buildLibrary() {
  const lib = join(root, 'dist/lib');
  const next = join(root, 'dist', `.lib-${process.pid}`);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '-p', join(root, 'scripts/tsconfig.lib.json'), '--outDir', next], {
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    await rm(next, { recursive: true, force: true });
    throw new Error(`The library does not compile:\n${run.stdout}${run.stderr}`);
  }
  await rewriteDeclarations(next);
  await rm(lib, { recursive: true, force: true });
  await rename(next, lib);
}

/** The compiler rewrites `./x.ts` to `./x.js` in code but leaves it in declarations. */
export function withoutTsSpecifiers(text) {
  return text.replace(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2');
}

async function rewriteDeclarations(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const before = await readFile(path, 'utf8');
    const after = withoutTsSpecifiers(before);
    if (after !== before) await writeFile(path, after);
  }
}
