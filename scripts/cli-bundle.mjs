import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { bundle, graphOf, pathOf, root, writeOutput } from './bundle.mjs';
import { writeNotices } from './notices.mjs';
import { vendored } from './vendor.mjs';

/** Needed by every run, or by one that needs nothing else, so it stands in the first chunk. */
const always = ['extensions/cli/index.ts', 'extensions/cli/help.ts'];

/**
 * What is loaded on demand, but one with the other: in one chunk it costs one file instead of twenty. A chunk holds what
 * those before it do not.
 */
const together = {
  /** To answer a prompt. `test/budget.test.ts` fails when a prompt loads more files than that, and names them. */
  prompt: [
    'extensions/agent-loop/index.ts',
    'extensions/anthropic/index.ts',
    'extensions/builtin-tools/index.ts',
    'extensions/config/index.ts',
    'extensions/memory/index.ts',
    'extensions/permissions/index.ts',
    'extensions/plan-mode/index.ts',
    'extensions/print-mode/index.ts',
    'extensions/print-mode/print-mode.ts',
    'extensions/sessions/index.ts',
    'extensions/system-prompt/index.ts',
    'extensions/tool-search/index.ts',
    'extensions/trust/index.ts',
    'extensions/worktrees/index.ts',
    'node_modules/tapable/lib/index.js',
  ],
  /** To know the plugins and folders in Claude's format, where there are any and none of them has changed. */
  components: [
    'extensions/claude-plugins/index.ts',
    'extensions/claude-plugins/discovery.ts',
    'extensions/claude-plugins/entries.ts',
  ],
  /** To know the extensions of the user and the project, where there are any and none of them has changed. */
  extensions: ['extensions/plugin-loader/index.ts', 'extensions/plugin-loader/loader.ts'],
  /** To decide about a call of a tool. */
  decision: ['extensions/permissions/decide.ts'],
  /** To decide about a command and to run it. */
  command: [
    'extensions/permissions/bash/command-tools.ts',
    'extensions/builtin-tools/processes.ts',
    'extensions/builtin-tools/run-bash.ts',
  ],
  /** To run the hooks of a setup. */
  hooks: ['extensions/claude-hooks/index.ts', 'extensions/claude-hooks/profile-file.ts'],
};

const program = 'distros/main.ts';

/** Bundles distros/main.ts into dist/tenon.cjs and dist/chunks. */
export async function buildCli() {
  const output = await withFilesApart(inlineRuntime(await bundleCli()).map(asScript));
  const dist = join(root, 'dist');
  const next = join(dist, `.next-${process.pid}`);
  await Promise.all((await leftovers(dist)).map((path) => rm(path, { recursive: true, force: true })));
  await mkdir(next, { recursive: true });
  await writeOutput(next, output);
  const first = output.find((part) => part.isEntry).fileName.replace('chunks/', '');
  const start = await readFile(join(root, 'scripts/cli-start.cjs'), 'utf8');
  await writeFile(join(next, 'tenon.cjs'), start.replace('%FIRST%', first));
  await writeFile(join(next, 'tenon.mjs'), asModule(start.replace('%FIRST%', first)));
  await rm(join(dist, 'chunks'), { recursive: true, force: true });
  await rename(join(next, 'chunks'), join(dist, 'chunks'));
  const graph = graphOf(output);
  for (const name of ['tenon.cjs', 'tenon.mjs']) {
    await chmod(join(next, name), 0o755);
    await rename(join(next, name), join(dist, name));
  }
  await rm(next, { recursive: true, force: true });
  await writeFile(join(dist, 'graph.json'), `${JSON.stringify(graph, null, 1)}\n`);
  await writeNotices('cli', output);
}

/** The first file once more, for those who start the program by this name. */
function asModule(start) {
  return start.replace(
    "'use strict';\n",
    `const { filename: __filename, dirname: __dirname } = import.meta;
const require = process.getBuiltinModule('node:module').createRequire(__filename);\n`,
  );
}

/** What a build that was ended left behind; builds of one part run one at a time. */
async function leftovers(dist) {
  const names = await readdir(dist);
  return names.filter((name) => name.startsWith('.next-')).map((name) => join(dist, name));
}

async function bundleCli() {
  const input = { core: 'virtual:program' };
  const sources = {
    'virtual:program': [...always, program].map((path) => `import ${JSON.stringify(join(root, path))};`).join('\n'),
  };
  const name = 'chunks/[name]-[hash].cjs';
  // text of one byte a character takes half of the memory
  const names = { format: 'cjs', charset: 'ascii', entryFileNames: name, chunkFileNames: name };
  // The first pass shows which modules each set pulls in, the second puts each set into a chunk.
  const apart = 'chunks/vendor';
  const graph = graphOf(await bundle({ input, sources, apart, output: names }));
  const core = modulesBelow(
    graph,
    Object.keys(graph).filter((chunk) => graph[chunk].entry),
  );
  const groups = Object.entries(together).map(([name, paths], at, { length }) => {
    const modules = modulesBelow(
      graph,
      paths.map((path) => chunkOf(graph, path)),
    );
    return { name, test: (id) => modules.has(pathOf(id)), priority: length - at };
  });
  return bundle({
    input,
    sources,
    apart,
    plugins: [resolvedPackages],
    output: {
      ...names,
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          { name: 'core', test: (id) => id.startsWith('\0') || core.has(pathOf(id)), priority: groups.length + 1 },
          ...groups,
        ],
      },
    },
  });
}

/** The bundler keeps its few helper functions in a chunk of their own; in each chunk that needs them they cost no file. */
function inlineRuntime(output) {
  const runtime = output.find((part) => /(^|\/)rolldown-runtime-/.test(part.fileName));
  if (runtime === undefined) return output;
  const statement = `require("${runtime.fileName.replace('chunks/', './')}")`;
  return output.flatMap((part) => {
    if (part === runtime) return [];
    if (part.type !== 'chunk' || !part.imports.includes(runtime.fileName)) return [part];
    if (!part.code.includes(statement))
      throw new Error('chunks load the runtime of the bundler in a way that is not known');
    const code = part.code.replaceAll(
      statement,
      () => `(exports=>{${lazyNamespaces(runtime.code)}return exports})({})`,
    );
    const imports = part.imports.filter((one) => one !== runtime.fileName);
    return [plainChunk(part, { code, imports })];
  });
}

/**
 * What `import()` of a module in a chunk gives, without defining its exports one by one: every start would do that for all
 * that extensions from outside may import, and it takes longer than to answer `--version`.
 */
function lazyNamespaces(runtime) {
  const head = /(?<=\b__exportAll ?= ?\((\w+), ?(\w+)\) ?=> ?\{)/;
  const found = head.exec(runtime);
  if (found === null) throw new Error('the bundler makes namespaces in a way that is not known');
  const [, all, flags] = found;
  const traps = `{
    get: (of, name) => Object.hasOwn(of, name) ? of[name]() : name === Symbol.toStringTag ? 'Module' : undefined,
    getOwnPropertyDescriptor: (of, name) =>
      Object.hasOwn(of, name) ? { get: of[name], enumerable: true, configurable: true } : undefined,
    set: () => false, defineProperty: () => false, deleteProperty: () => false,
  }`;
  return runtime.trim().replace(head, () => `if(!${flags})return new Proxy(${all},${traps.replace(/\n\s*/g, '')});`);
}

/** Marks what becomes a file of its own, where our modules ask for the path of a package. */
const resolvedPackages = {
  name: 'resolved-packages',
  transform: {
    filter: { id: /(?<!\.d)\.ts$/, code: /\.resolve\(/ },
    handler(code) {
      const call =
        /(?<=\b(?:require|createRequire\(import\.meta\.url\))\.resolve\()(['"])(?!\.|node:)([^'"]+)\1(?=\))/g;
      return code.replaceAll(call, (_, _quote, name) => JSON.stringify(`file-of:${name}`));
    },
  },
};

/** Packages whose path the program asks for, because a worker of its own imports them, come along as files. */
async function withFilesApart(output) {
  const packages = new Set();
  const pointing = output.map((part) => {
    if (part.type !== 'chunk') return part;
    const code = part.code.replaceAll(/(["'`])file-of:([^"'`]+)\1/g, (_, _quote, name) => {
      packages.add(name);
      return JSON.stringify(`./vendor/${name}.mjs`);
    });
    return code === part.code ? part : plainChunk(part, { code });
  });
  return [...pointing, ...(await vendored([...packages], { folder: 'chunks/vendor/', extension: 'mjs' }))];
}

/** The bundler's own chunks cannot be changed. */
function plainChunk({ type, fileName, isEntry, imports, dynamicImports, modules, code }, changes) {
  return { type, fileName, isEntry, imports, dynamicImports, modules, code, ...changes };
}

/**
 * Makes a chunk a script with one function, as scripts/cli-start.cjs runs it. A script cannot import: what chunks import,
 * packages that are not in the bundle and files of users, the first file does.
 */
function asScript(part) {
  if (part.type !== 'chunk') return part;
  const starts = [];
  const visit = (node) => {
    if (typeof node !== 'object' || node === null) return;
    if (node.type === 'ImportExpression') starts.push(node.start);
    Object.values(node).forEach(visit);
  };
  if (part.code.includes('import(')) visit(parseAst(part.code));
  const body = starts
    .toSorted((a, b) => b - a)
    .reduce((text, start) => `${text.slice(0, start)}importModule${text.slice(start + 'import'.length)}`, part.code);
  if (/[^\0-\x7f]/.test(body)) throw new Error(`${part.fileName} holds characters outside of ASCII`);
  const code = `(function(exports,require,importModule,__filename,__dirname){"use strict";${body}\n})`;
  return plainChunk(part, { code });
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
