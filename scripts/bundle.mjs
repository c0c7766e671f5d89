import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A TypeScript module of ours that imports nothing but Node's own modules. */
async function ownModule(path) {
  const build = await rolldown({ input: join(root, path), platform: 'node' });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}

// what makes the programs of others also makes ours
const { absent, builtinsOfProcess, native, ownFiles, slimTapable, virtualModules } = await ownModule(
  'extensions/distro-build/program-plugins.ts',
);
const { packageFiles } = await ownModule('extensions/distro-build/package-files.ts');

/** `tenon/kernel` -> kernel/index.ts; `undefined` for anything that is not one of our own entry points. */
export const { sourceOf } = packageFiles(root.replace(/[\\/]$/, ''));

/**
 * What jiti compiles with, ten times as large as itself, is needed once for each file of an extension: it becomes a file of
 * its own, which jiti loads when it first compiles something. In a program of one file it is a part of that.
 * @param {string | undefined} folder of the file; that of the chunks is above it
 */
const compilerOfJiti = (folder) => ({
  name: 'compiler-of-jiti',
  transform: {
    filter: { id: /[\\/]jiti[\\/]lib[\\/]jiti\.mjs$/ },
    handler(code, id) {
      const load = 'createRequire(import.meta.url)("../dist/babel.cjs")';
      if (!code.includes(load)) throw new Error(`${id} loads its compiler in a way that is not known`);
      if (folder === undefined) return code.replace(load, 'require("../dist/babel.cjs")');
      const source = readFileSync(join(dirname(id), '../dist/babel.cjs'));
      this.emitFile({ type: 'asset', fileName: `${folder}/jiti-babel.cjs`, source });
      return code.replace(load, `createRequire(import.meta.url)("./${basename(folder)}/jiti-babel.cjs")`);
    },
  },
});

/**
 * Bundles with our settings.
 * @param {{ input: Record<string, string>, sources?: Record<string, string>, output: import('rolldown').OutputOptions, exported?: boolean, whole?: boolean, apart?: string, plugins?: import('rolldown').Plugin[] }} options
 *   `exported`: the exports of the input are used; `whole`: also what we do not use of a package; `apart`: a folder for what
 *   becomes a file of its own, where there is more than one file
 */
export async function bundle({ input, sources = {}, output, exported = false, whole = false, apart, plugins = [] }) {
  const build = await rolldown({
    input,
    cwd: root,
    platform: 'node',
    // Nobody imports from the result.
    preserveEntrySignatures: exported ? 'strict' : false,
    external: [...native, ...absent],
    plugins: [
      virtualModules(sources),
      ownFiles(sourceOf),
      ...(whole ? [] : [slimTapable]),
      builtinsOfProcess,
      compilerOfJiti(apart),
      ...plugins,
    ],
    transform: { target: 'node20.19' },
    onLog(level, log) {
      // An import that cannot be found would otherwise stay in the file and fail at the user's.
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      // A dynamic import of what the program starts with is meant: another distribution may load it later.
      const meant = ['EVAL', 'INEFFECTIVE_DYNAMIC_IMPORT'];
      if (level === 'warn' && !meant.includes(log.code)) process.stderr.write(`${log.message}\n`);
    },
  });
  try {
    // Names stay readable in stack traces; white space and dead branches go.
    const result = await build.generate({
      format: 'esm',
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      ...output,
    });
    return result.output;
  } finally {
    await build.close();
  }
}

/** The path of a module relative to the repository, with forward slashes. */
export function pathOf(id) {
  return relative(root, id).split(sep).join('/');
}

/** The source modules of a chunk. */
export function modulesOf(chunk) {
  return Object.entries(chunk.modules ?? {})
    .filter(([id]) => !id.startsWith('\0'))
    .map(([id, module]) => ({ path: pathOf(id), bytes: module.renderedLength }));
}

/** The chunk graph as plain data: what `test/budget.test.ts` and the distro check read. */
export function graphOf(output) {
  const chunks = output.filter((part) => part.type === 'chunk');
  return Object.fromEntries(
    chunks.map((chunk) => [
      chunk.fileName,
      {
        bytes: Buffer.byteLength(chunk.code),
        entry: chunk.isEntry,
        imports: chunk.imports,
        dynamicImports: chunk.dynamicImports,
        modules: modulesOf(chunk),
      },
    ]),
  );
}

/** Writes a bundle into `folder`. */
export async function writeOutput(folder, output) {
  for (const part of output) {
    const path = join(folder, part.fileName);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, part.type === 'chunk' ? part.code : part.source);
  }
}

/**
 * Bundles a file and imports the result, so that plain Node can use a TypeScript module's exports.
 * The file stays importable by Node's own rules because it lies inside the repository.
 */
export async function importSource(name, source) {
  const [chunk] = await bundle({
    input: { [name]: 'virtual:entry' },
    sources: { 'virtual:entry': source },
    output: { codeSplitting: false, minify: false },
    exported: true,
  });
  const path = join(root, 'node_modules/.cache/tenon', `${name}-${process.pid}-${Date.now()}.mjs`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, chunk.code);
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    await rm(path, { force: true });
  }
}
