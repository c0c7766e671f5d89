import type { Plugin } from 'rolldown';

/** Packages with native parts: never inside a program, each has a fallback where it is missing. */
export const native: readonly string[] = ['@vscode/ripgrep'];

/** What libraries would load for features that are not used, and what only makes programs. */
export const absent: readonly string[] = ['typescript', '@napi-rs/canvas', 'rolldown'];

/** `import 'tenon/…'`: the files of one package, wherever the one who imports stands. */
export function ownFiles(sourceOf: (specifier: string) => string | undefined): Plugin {
  return {
    name: 'own-files',
    resolveId: { filter: { id: /^tenon(\/|$)/ }, handler: (specifier) => sourceOf(specifier) },
  };
}

/** Modules that are in no file, by names that begin with `virtual:`. */
export function virtualModules(sources: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'virtual-modules',
    resolveId: { filter: { id: /^virtual:/ }, handler: (id) => (id in sources ? `\0${id}` : undefined) },
    load: { filter: { id: /^\0virtual:/ }, handler: (id) => sources[id.slice(1)] },
  };
}

/**
 * Of tapable only the classes that the kernel uses, and without `require` of a Node module, for which the bundle would
 * load `node:module` at every start.
 */
export const slimTapable: Plugin = {
  name: 'slim-tapable',
  transform: {
    filter: { id: /[\\/]tapable[\\/]lib[\\/]/ },
    handler(code, id) {
      if (/[\\/]index\.js$/.test(id)) {
        return code.replaceAll(/^module\.exports\.(\w+) = require.*$/gm, (line, name: string) =>
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
export const builtinsOfProcess: Plugin = {
  name: 'builtins-of-process',
  renderChunk(code) {
    const own = (name: string) => `process.getBuiltinModule(${JSON.stringify(name)})`;
    return code
      .replaceAll(/^import \{([^}]*)\} from "(node:[\w/]+)";$/gm, (_, names: string, name: string) => {
        return `const {${names.replaceAll(' as ', ': ')}} = ${own(name)};`;
      })
      .replaceAll(
        /^import (?:\* as )?(\w+) from "(node:[\w/]+)";$/gm,
        (_, local: string, name: string) => `const ${local} = ${own(name)};`,
      )
      .replaceAll(/\bimport\("(node:[\w/]+)"\)/g, (_, name: string) => `Promise.resolve(${own(name)})`);
  },
};

/** Files that a module loads beside itself become a part of a program of one file. */
export const requiredInside: Plugin = {
  name: 'required-inside',
  transform: {
    filter: { code: /createRequire\(import\.meta\.url\)\(/ },
    handler: (code) => code.replaceAll(/createRequire\(import\.meta\.url\)(\((["'`])\.[^"'`]+\2\))/g, 'require$1'),
  },
};
