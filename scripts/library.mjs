import { spawnSync } from 'node:child_process';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './bundle.mjs';
import { finishDeclarations } from './declarations.mjs';
import { writeNotices, writePackageList } from './notices.mjs';
import { vendorInto } from './vendor.mjs';

/**
 * Compiles the sources one to one into dist/lib, with declarations, for people who import from the package. Packages of
 * others that the code uses come along in dist/lib/vendor, so that nobody has to install them.
 */
export async function buildLibrary() {
  const lib = join(root, 'dist/lib');
  const next = join(root, 'dist', `.lib-${process.pid}`);
  const { dependencies, peerDependencies, exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const installed = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  const exported = Object.values(exports).flatMap(({ types }) => types?.replace('./dist/lib/', '') ?? []);
  // What a build that was ended left behind; builds of one part run one at a time.
  for (const name of await readdir(join(root, 'dist'))) {
    if (name.startsWith('.lib-')) await rm(join(root, 'dist', name), { recursive: true, force: true });
  }
  try {
    compile(next);
    await finishDeclarations(next, exported, installed);
    const output = await vendorInto(next, installed);
    await writePackageList(join(next, 'vendor'), 'vendor/', output);
    await rm(lib, { recursive: true, force: true });
    await rename(next, lib);
    await writeNotices('lib', output);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
}

function compile(folder) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '-p', join(root, 'scripts/tsconfig.lib.json'), '--outDir', folder], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`The library does not compile:\n${run.stdout}${run.stderr}`);
}
