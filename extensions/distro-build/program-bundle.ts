import { dirname } from 'node:path';
import type { OutputAsset, OutputChunk, Plugin, RolldownOutput } from 'rolldown';
import type { PackageFiles } from './package-files.ts';
import {
  absent,
  builtinsOfProcess,
  native,
  ownFiles,
  requiredInside,
  slimTapable,
  virtualModules,
} from './program-plugins.ts';
import type { Rolldown } from './rolldown-library.ts';

/** One file made of modules. */
export interface ProgramBundle {
  readonly code: string;
  /** The modules in it: path, bytes in the file, and who imports them. */
  readonly modules: readonly BundledModule[];
}
export interface BundledModule {
  readonly path: string;
  readonly bytes: number;
  /** Paths, and the names of modules that are in no file. */
  readonly importers: readonly string[];
}

/**
 * Makes one file of a module and all that it imports, what it imports later too.
 * @param source the text of the module
 * @param file the file beside which the module's imports are looked for
 * @throws Error when an import cannot be found
 */
export async function programBundle(
  { rolldown }: Rolldown,
  files: PackageFiles,
  { source, file, banner }: { readonly source: string; readonly file: string; readonly banner?: string },
): Promise<ProgramBundle> {
  const importers = new Map<string, readonly string[]>();
  const graph: Plugin = {
    name: 'graph',
    generateBundle() {
      for (const id of this.getModuleIds()) {
        const info = this.getModuleInfo(id);
        importers.set(id, [...(info?.importers ?? []), ...(info?.dynamicImporters ?? [])]);
      }
    },
  };
  const build = await rolldown({
    input: { program: 'virtual:program' },
    cwd: dirname(file),
    platform: 'node',
    external: [...native, ...absent],
    plugins: [
      virtualModules({ 'virtual:program': source }),
      ownFiles((specifier) => files.sourceOf(specifier)),
      slimTapable,
      builtinsOfProcess,
      requiredInside,
      graph,
    ],
    transform: { target: 'node20.19' },
    onLog(level, log) {
      // an import that cannot be found would otherwise stay in the file and fail at the user's
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  let output: RolldownOutput['output'];
  try {
    const result = await build.generate({
      format: 'esm',
      codeSplitting: false,
      // names stay readable in stack traces
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      ...(banner === undefined ? {} : { banner }),
    });
    output = result.output;
  } finally {
    await build.close();
  }
  const [chunk, ...others] = output as readonly [OutputChunk, ...(OutputChunk | OutputAsset)[]];
  const apart = others.map(({ fileName }) => fileName);
  if (apart.length > 0) throw new Error(`${apart.join(', ')} would have to be files beside the program`);
  const modules = Object.entries(chunk.modules).flatMap(([path, module]) =>
    path.startsWith('\0') ? [] : [{ path, bytes: module.renderedLength, importers: importers.get(path) ?? [] }],
  );
  return { code: chunk.code, modules };
}
