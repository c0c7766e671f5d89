import type { DistroInfo, Entry, Extension, JsonObject, Manifest } from '../plugin-api/index.ts';
import { Cli, Extensions, Host } from '../plugin-api/index.ts';
import { nearest } from '../plugin-api/lib/nearest.ts';
import { KernelError } from './errors.ts';
import { API, checkManifest } from './manifest.ts';
import { resolve } from './resolve.ts';

/** A distribution: a list of extensions, and what makes the program its own. */
export interface Distro {
  /** The product's name as users see it. */
  readonly name: string;
  /** The word that starts it. */
  readonly command: string;
  readonly version: string;
  /** Folder names: `user` below the home folder, `project` below a project. Default: `.claude` is not assumed; name both. */
  readonly folders: { readonly user: string; readonly project: string };
  /** The order decides between equals. */
  readonly extensions: readonly Entry[];
  /** The lowest settings layer. Default: empty. */
  readonly config?: JsonObject;
  /** Dotted settings keys that nobody may change. Default: none. */
  readonly locked?: readonly string[];
  /** What models are told in the place of Tenon's own text. */
  readonly systemPrompt?: string;
  /** Which origins further extensions may come from. Default: `none`. */
  readonly plugins?: DistroInfo['plugins'];
}

/** Types a distribution. `export default defineDistro({ … })`. */
export function defineDistro(distro: Distro): Distro {
  return distro;
}

/** An extension of a distribution: its manifest at once, its code when it is needed. */
export function entry(manifest: Manifest, load: () => Promise<{ readonly default: Extension<never> }>): Entry {
  return { manifest, origin: { kind: 'bundled' }, load: async () => (await load()).default };
}

/**
 * A list of extensions without some: `extensions: without(headless.extensions, 'web-tools')`.
 * @throws Error for an id that is not in the list: what was to be left out would be in the program
 */
export function without(entries: readonly Entry[], ...ids: readonly string[]): readonly Entry[] {
  const known = entries.map(({ manifest }) => manifest.id);
  for (const id of ids) {
    if (known.includes(id)) continue;
    const near = nearest(id, known);
    throw new Error(
      `without: there is no extension ${id}; ${near ? `did you mean ${near}?` : `there are ${known.join(', ')}`}`,
    );
  }
  return entries.filter(({ manifest }) => !ids.includes(manifest.id));
}

/** The part of a distribution that extensions may read. */
export function infoOf(distro: Distro): DistroInfo {
  const { name, command, version, folders, config = {}, locked = [], plugins = 'none', systemPrompt } = distro;
  const info = { name, command, version, folders, config, locked, plugins };
  return systemPrompt === undefined ? info : { ...info, systemPrompt };
}

/** The extension through which the process around the program is offered. */
export function hostEntry(host: Host): Entry {
  const manifest = { id: 'host', version: '0', api: 1, provides: [Host.id] } as const;
  const extension: Extension<never> = { manifest, setup: (api) => void api.provide(Host, host) };
  return { manifest, origin: { kind: 'bundled' }, load: async () => extension };
}

/**
 * What is wrong with a distribution: bad manifests, missing services, duplicate ids or providers, cycles. Empty when it
 * can run.
 */
export function checkDistro(distro: Distro): readonly KernelError[] {
  const given: Manifest = { id: 'host', version: '0', api: 1, provides: [Host.id, Extensions.id] };
  const never = () => Promise.reject(new Error('only its manifest is read'));
  const bad = distro.extensions.flatMap(({ manifest }) => {
    const wrong = manifestProblems(manifest);
    return wrong === undefined ? [] : [new KernelError('MANIFEST_BAD', String(manifest?.id), wrong)];
  });
  if (bad.length > 0) return bad;
  const { problems, slots } = resolve([
    { manifest: given, origin: { kind: 'bundled' }, load: never },
    ...distro.extensions,
  ]);
  if (slots.some((slot) => slot.entry.manifest.provides?.includes(Cli.id))) return problems;
  const text = `the distribution has no extension that provides ${Cli.id}, which reads the command line; add one, such as cli`;
  return [...problems, new KernelError('MISSING_SERVICE', distro.command, text)];
}

/** What is wrong with the manifest of one extension, in one text; `undefined` when it is sound. */
export function manifestProblems(manifest: Manifest): string | undefined {
  const wrong = [...checkManifest(manifest)];
  const api: unknown = manifest?.api;
  if (api !== API) wrong.push(`api: must be ${API}, got ${JSON.stringify(api)}`);
  return wrong.length === 0 ? undefined : `the manifest of ${manifest?.id} is wrong: ${wrong.join('; ')}`;
}
