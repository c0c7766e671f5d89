import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Entry, type Extension, type ExtensionApi, Extensions, type Manifest } from 'tenon/plugin-api';
import { BoundedError, bounded } from 'tenon/plugin-api/lib/bounded';
import { type NativeExtension, NativeManifestError, readNativeManifest } from 'tenon/plugin-api/lib/native-manifest';
import type { LoaderSettings } from './manifest.ts';
import type { ManifestIndex } from './manifest-index.ts';
import type { Candidate } from './places.ts';

/** Milliseconds that a single file may take to be imported for its manifest. */
const IMPORT_LIMIT = 10_000;

/** What finding an extension needs. */
export interface FindContext {
  readonly api: ExtensionApi<LoaderSettings>;
  readonly index: ManifestIndex;
  /** The folder for compiled code. */
  readonly cache: string;
  /** True when the project is trusted already. */
  readonly trusted: boolean;
  /** Places of the project whose code may be run for its manifest. */
  readonly allowed: ReadonlySet<string>;
  /** Told of an extension whose manifest became known later than its entry. */
  named(path: string, id: string): Promise<void>;
}

/** An extension at a place; `problem` says why it cannot run, and then its entry only says so too. */
export interface FoundExtension {
  readonly entry: Entry;
  readonly problem?: string;
}

/** Finds what a place holds; `undefined` when that is no extension. Code of a project is never run here. */
export async function findExtension(candidate: Candidate, context: FindContext): Promise<FoundExtension | undefined> {
  const { path, origin, given } = candidate;
  try {
    const kept = context.index.get(path);
    const native = kept ?? (await readNativeManifest(path));
    if (native === undefined) {
      if (!given) return undefined;
      if (existsSync(join(path, '.claude-plugin'))) {
        throw new NativeManifestError(path, "--plugin: this is a plugin in Claude's format; give it as --plugin-dir");
      }
      const expected = 'a folder with tenon.json, a package with the keyword "tenon-extension", or a .ts or .js file';
      throw new NativeManifestError(path, `--plugin: there is no extension; expected ${expected}`);
    }
    // a manifest in the code of a project may be known from earlier, but whether it holds now is shown by running it
    if (origin === 'project' && native.source === native.main && !context.allowed.has(path)) {
      return { entry: unlisted(native, kept, candidate, context) };
    }
    const extension = native.manifest === undefined ? await run(native, context) : undefined;
    const manifest = native.manifest ?? extension!.manifest;
    if (kept === undefined) context.index.put({ ...native, manifest });
    return { entry: entryOf(native, manifest, candidate, context, extension) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const known = error instanceof NativeManifestError ? error.manifest : undefined;
    return { entry: broken(known ?? context.index.last(path), candidate, problem, error), problem };
  }
}

/** @param extension its code, when that has been run already: the first start uses it */
function entryOf(
  native: NativeExtension,
  manifest: Manifest,
  { path, origin }: Candidate,
  context: FindContext,
  extension?: Extension<never>,
): Entry {
  let ready = extension;
  return {
    manifest: origin === 'project' && !context.trusted ? namesOnly(manifest) : manifest,
    origin: { kind: origin, path },
    async load() {
      const given = ready;
      ready = undefined;
      return given ?? (await importExtension(native, context));
    },
  };
}

/** What a project that is not trusted says of its tools and skills would reach the model before anybody agreed to that. */
function namesOnly(manifest: Manifest): Manifest {
  const { contributes } = manifest;
  if (typeof contributes !== 'object' || contributes === null) return manifest;
  const bare = Object.entries(contributes).map(([point, list]) => {
    if (point === 'cli' || !Array.isArray(list)) return [point, list];
    return [
      point,
      list.map((item: { name?: unknown } | string) => (typeof item === 'string' ? item : { name: item?.name })),
    ];
  });
  return { ...manifest, contributes: Object.fromEntries(bare) as NonNullable<Manifest['contributes']> };
}

/**
 * An extension of a project whose manifest stands in code, so that nothing but its name can be shown. It asks for trust
 * like every other; once that is given, its code is run, and what is in it takes part.
 */
function unlisted(
  native: NativeExtension,
  kept: { readonly manifest: Manifest } | undefined,
  candidate: Candidate,
  context: FindContext,
): Entry {
  const { path } = candidate;
  const manifest: Manifest = {
    id: `file:${nameOf(path)}`,
    version: '0',
    api: 1,
    description: 'Its manifest stands in its code, which is not run before the folder is trusted',
    optional: [Extensions.id],
    activate: ['startup'],
  };
  return {
    manifest,
    origin: { kind: 'project', path },
    load: async () => ({
      manifest,
      async setup(api) {
        const extension = kept === undefined ? await run(native, context) : undefined;
        const own = kept?.manifest ?? extension!.manifest;
        if (kept === undefined) context.index.put({ ...native, manifest: own });
        await context.named(path, own.id);
        const extensions = await api.use(Extensions);
        await extensions.add([entryOf(native, own, candidate, { ...context, trusted: true }, extension)]);
        // the others have started
        if (own.activate?.includes('startup')) await extensions.start(own.id);
      },
    }),
  };
}

/**
 * Something that is meant to be an extension, as one that says at its start what is wrong with it. One that was a guard
 * stays one: what it guards is denied until it is mended.
 * @param known its manifest, or the one it had when it was last read
 */
function broken(known: Manifest | undefined, { path, origin }: Candidate, problem: string, cause: unknown): Entry {
  const guards = known?.required === true ? { required: true, ...(known.taps && { taps: known.taps }) } : {};
  const id = typeof known?.id === 'string' ? known.id : nameOf(path);
  return {
    manifest: { id, version: String(known?.version ?? '0'), api: 1, activate: ['startup'], ...guards },
    origin: { kind: origin, path },
    load: () => Promise.reject(new Error(problem, { cause })),
  };
}

/** Imports an extension whose manifest stands in its code. @throws Error when there is none */
async function run(native: NativeExtension, context: FindContext): Promise<Extension<never>> {
  try {
    return await bounded(importExtension(native, context), IMPORT_LIMIT);
  } catch (error) {
    if (!(error instanceof BoundedError)) throw error;
    throw new Error(`${native.main}: its import took more than ${IMPORT_LIMIT} ms; do the work in setup`, {
      cause: error,
    });
  }
}

async function importExtension(native: NativeExtension, { cache }: FindContext): Promise<Extension<never>> {
  const { loadCode } = await import('./load-code.ts');
  const exports = await loadCode(native, cache);
  const extension = (exports as { default?: unknown } | null)?.default as Partial<Extension<never>> | undefined;
  const shape = 'write `export default defineExtension({ manifest, setup })`';
  if (typeof extension !== 'object' || extension === null || typeof extension.setup !== 'function')
    throw new Error(`${native.main} has no extension as its default export; ${shape}`);
  if (native.manifest === undefined && (typeof extension.manifest !== 'object' || extension.manifest === null))
    throw new Error(`${native.main} has no manifest; ${shape}`);
  return extension as Extension<never>;
}

/** A name that can be an id. */
function nameOf(path: string): string {
  const name = basename(path)
    .replace(/[^\w@/.:-]/g, '-')
    .replace(/^[^@a-zA-Z0-9]+/, '');
  return name === '' ? 'unnamed' : name;
}
