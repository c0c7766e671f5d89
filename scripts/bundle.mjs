import { readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages with native parts: never inside a bundle, each has a fallback where it is missing. */
export const native = ['@vscode/ripgrep'];

/** What libraries would load for features that we do not use. */
const absent = ['typescript', '@napi-rs/canvas'];

/** `tenon/kernel` -> kernel/index.ts; `undefined` for anything that is not one of our own entry points. */
export function sourceOf(specifier) {
  const own = {
    tenon: 'kernel/index.ts',
    'tenon/kernel': 'kernel/index.ts',
    'tenon/plugin-api': 'plugin-api/index.ts',
    'tenon/test-kit': 'test/kit/index.ts',
  }[specifier];
  if (own) return join(root, own);
  const lib = /^tenon\/plugin-api\/lib\/([\w-]+)$/.exec(specifier);
  if (lib) return join(root, 'plugin-api/lib', `${lib[1]}.ts`);
  const extension = /^tenon\/extensions\/([\w-]+)(\/manifest)?$/.exec(specifier);
  if (extension) return join(root, 'extensions', extension[1], extension[2] ? 'manifest.ts' : 'index.ts');
  const distro = /^tenon\/distros\/([\w-]+)$/.exec(specifier);
  return distro ? join(root, 'distros', `${distro[1]}.ts`) : undefined;
}

const ownSources = {
  name: 'own-sources',
  resolveId: {
    filter: { id: /^tenon(\/|$)/ },
    handler: (specifier) => sourceOf(specifier),
  },
};

/**
 * Of tapable only the classes that the kernel uses, and without `require` of a Node module, for which the bundle would
 * load `node:module` at every start.
 */
const slimTapable = {
  name: 'slim-tapable',
  transform: {
    filter: { id: /[\\/]tapable[\\/]lib[\\/]/ },
    handler(code, id) {
      if (/[\\/]index\.js$/.test(id)) {
        return code.replaceAll(/^module\.exports\.(\w+) = require.*$/gm, (line, name) =>
          tapableClasses.includes(name) ? line : '',
        );
      }
      return code.replace('require("util")', 'process.getBuiltinModule("node:util")');
    },
  },
};
const tapableClasses = [
  'AsyncParallelHook',
  'AsyncSeriesBailHook',
  'AsyncSeriesHook',
  'AsyncSeriesWaterfallHook',
  'SyncHook',
];

/**
 * Takes Node's own modules from the process. An import of one makes a second module around it, with a copy of each of its
 * exports, for which Node also loads what stands behind its getters: of `node:fs` all streams.
 */
const builtinsOfProcess = {
  name: 'builtins-of-process',
  renderChunk(code) {
    const own = (name) => `process.getBuiltinModule(${JSON.stringify(name)})`;
    return code
      .replaceAll(/^import \{([^}]*)\} from "(node:[\w/]+)";$/gm, (_, names, name) => {
        return `const {${names.replaceAll(' as ', ': ')}} = ${own(name)};`;
      })
      .replaceAll(
        /^import (?:\* as )?(\w+) from "(node:[\w/]+)";$/gm,
        (_, local, name) => `const ${local} = ${own(name)};`,
      )
      .replaceAll(/\bimport\("(node:[\w/]+)"\)/g, (_, name) => `Promise.resolve(${own(name)})`);
  },
};

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

function virtual(sources) {
  return {
    name: 'virtual',
    resolveId: { filter: { id: /^virtual:/ }, handler: (id) => (id in sources ? `\0${id}` : undefined) },
    load: { filter: { id: /^\0virtual:/ }, handler: (id) => sources[id.slice(1)] },
  };
}

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
      virtual(sources),
      ownSources,
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

/** Writes a file that can be started by itself. */
export async function writeProgram(path, code) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
  await chmod(path, 0o755);
}
