import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, graphOf, noticesOf, root, writeOutput, writeProgram } from './bundle.mjs';

/**
 * The first file of the program. It is tiny so that the compile cache (Node 22 and newer) is on before anything worth
 * caching is compiled. The cache lies in the user's own folder: a shared temporary folder would let another user of
 * the machine plant compiled code.
 */
const launcher = `#!/usr/bin/env node
const home = process.env.XDG_CACHE_HOME || (process.env.HOME && process.env.HOME + '/.cache');
if (home) process.getBuiltinModule('node:module').enableCompileCache?.(home + '/tenon/compile');
import('./chunks/main.mjs');
`;

/** Bundles distros/main.ts into dist/tenon.mjs and dist/chunks. Gives the chunk graph. */
export async function buildCli() {
  const output = await bundle({
    input: { main: join(root, 'distros/main.ts') },
    output: {
      entryFileNames: 'chunks/[name].mjs',
      chunkFileNames: 'chunks/[name]-[hash].mjs',
      sourcemap: false,
    },
  });
  const graph = graphOf(output);
  const dist = join(root, 'dist');
  const next = join(dist, `.next-${process.pid}`);
  await mkdir(next, { recursive: true });
  await writeOutput(next, output);
  // Chunk names carry hashes: a program that is running keeps finding the old ones until the folder is swapped.
  await rm(join(dist, 'chunks'), { recursive: true, force: true });
  await rename(join(next, 'chunks'), join(dist, 'chunks'));
  await rm(next, { recursive: true, force: true });
  await writeProgram(join(dist, 'tenon.mjs'), launcher);
  await writeFile(join(dist, 'graph.json'), `${JSON.stringify(graph, null, 1)}\n`);
  await writeFile(join(dist, 'THIRD_PARTY_LICENSES.txt'), await noticesOf(output));
  return graph;
}
