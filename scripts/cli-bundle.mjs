import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, graphOf, noticesOf, pathOf, root, writeOutput, writeProgram } from './bundle.mjs';

/** Needed by every run, so it stands in the first chunk. */
const always = ['extensions/cli/index.ts'];

/**
 * Needed to answer a prompt. Each is loaded on demand; in one chunk they cost one file instead of twenty.
 * `test/budget.test.ts` fails when a prompt loads more files than that, and names them.
 */
const onEveryPrompt = [
  'extensions/agent-loop/index.ts',
  'extensions/anthropic/index.ts',
  'extensions/builtin-tools/index.ts',
  'extensions/config/index.ts',
  'extensions/permissions/index.ts',
  'extensions/print-mode/index.ts',
  'extensions/print-mode/print-mode.ts',
  'extensions/sessions/index.ts',
  'extensions/system-prompt/index.ts',
  'extensions/trust/index.ts',
];

const program = 'distros/main.ts';

/**
 * The first file of the program. It is tiny so that the compile cache (Node 22 and newer) is on before anything worth
 * caching is compiled. The cache lies in the user's own folder: a shared temporary folder would let another user of
 * the machine plant compiled code.
 */
const launcher = (chunk) => `#!/usr/bin/env node
const home = process.env.XDG_CACHE_HOME || (process.env.HOME && process.env.HOME + '/.cache');
if (home) process.getBuiltinModule('node:module').enableCompileCache?.(home + '/tenon/compile');
import('./${chunk}');
`;

/** Bundles distros/main.ts into dist/tenon.mjs and dist/chunks. */
export async function buildCli() {
  const output = await bundleCli();
  const dist = join(root, 'dist');
  const next = join(dist, `.next-${process.pid}`);
  await mkdir(next, { recursive: true });
  await writeOutput(next, output);
  await rm(join(dist, 'chunks'), { recursive: true, force: true });
  await rename(join(next, 'chunks'), join(dist, 'chunks'));
  await rm(next, { recursive: true, force: true });
  const graph = graphOf(output);
  await writeProgram(join(dist, 'tenon.mjs'), launcher(chunkOf(graph, program)));
  await writeFile(join(dist, 'graph.json'), `${JSON.stringify(graph, null, 1)}\n`);
  await writeFile(join(dist, 'THIRD_PARTY_LICENSES.txt'), await noticesOf(output));
}

async function bundleCli() {
  const input = { main: 'virtual:program' };
  const sources = {
    'virtual:program': [...always, program].map((path) => `import ${JSON.stringify(join(root, path))};`).join('\n'),
  };
  const names = { entryFileNames: 'chunks/[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' };
  // The first pass shows which modules those two sets pull in, the second puts each set into a chunk.
  const graph = graphOf(await bundle({ input, sources, output: names }));
  const first = modulesBelow(graph, ['chunks/main.mjs']);
  const prompt = modulesBelow(
    graph,
    onEveryPrompt.map((path) => chunkOf(graph, path)),
  );
  const within = (set) => (id) => set.has(pathOf(id));
  return bundle({
    input,
    sources,
    output: {
      ...names,
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          { name: 'core', test: (id) => id.startsWith('\0virtual:') || within(first)(id), priority: 2 },
          { name: 'prompt', test: within(prompt), priority: 1 },
        ],
      },
    },
  });
}

function chunkOf(graph, path) {
  const found = Object.keys(graph).find((chunk) => graph[chunk].modules.some((module) => module.path === path));
  if (!found) throw new Error(`scripts/cli-bundle.mjs names ${path}, which is not in the program.`);
  return found;
}

/** Paths of all modules that chunks load with themselves, without the dynamic imports. */
function modulesBelow(graph, chunks) {
  const seen = new Set();
  const visit = (chunk) => {
    if (seen.has(chunk) || !graph[chunk]) return;
    seen.add(chunk);
    graph[chunk].imports.forEach(visit);
  };
  chunks.forEach(visit);
  return new Set([...seen].flatMap((chunk) => graph[chunk].modules.map((module) => module.path)));
}
