import { resolve } from 'node:path';
import { bundle, graphOf, importSource, root, writeProgram } from './bundle.mjs';

/**
 * Makes one file of a distribution.
 * @param {string} file a module whose default export is a distro value
 * @param {string} out the file to write
 * @throws when a required service has no provider, an id or provider is there twice, or code of an extension that the
 *   distribution does not list would be in the file
 */
export async function buildDistro(file, out) {
  const path = resolve(file);
  const { distro, checkDistro } = await importSource(
    'distro',
    `export { default as distro } from ${JSON.stringify(path)}; export { checkDistro } from 'tenon/kernel';`,
  );
  const output = await bundle({
    input: { distro: 'virtual:program' },
    sources: {
      'virtual:program': `import distro from ${JSON.stringify(path)};
import { runDistro } from 'tenon/kernel';
void runDistro(distro, process.argv.slice(2));`,
    },
    output: { codeSplitting: false, banner: '#!/usr/bin/env node' },
  });
  const problems = [...checkDistro(distro).map((problem) => problem.message), ...unlisted(distro, graphOf(output))];
  if (problems.length > 0)
    throw new Error(`${file} cannot be built:\n${problems.map((text) => `  - ${text}`).join('\n')}`);
  await writeProgram(resolve(root, out), output[0].code);
}

/** Extensions whose code is in the module graph although the distribution does not list them. */
export function unlisted(distro, graph) {
  const listed = new Set(distro.extensions.map((entry) => entry.manifest.id));
  const found = new Set();
  for (const chunk of Object.values(graph)) {
    for (const { path } of chunk.modules) {
      const id = /(?:^|\/)extensions\/([^/]+)\//.exec(path)?.[1];
      if (id && !path.includes('node_modules/') && !listed.has(id)) found.add(id);
    }
  }
  return [...found]
    .sort()
    .map((id) => `code of the extension '${id}' is in the module graph, but the distribution does not list it`);
}
