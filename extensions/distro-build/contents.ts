import type { Manifest } from 'tenon/plugin-api';
import { type BundledPackage, PackageFinder } from './bundled-package.ts';
import type { DistroValue } from './distro-file.ts';
import type { BundledModule, ProgramBundle } from './program-bundle.ts';

/** What a program is made of, and why. */
export interface Contents {
  /** Bytes of the program. */
  readonly bytes: number;
  readonly extensions: readonly ContainedExtension[];
  readonly packages: readonly ContainedPackage[];
  /** What is in it that the distribution does not list. */
  readonly problems: readonly string[];
}
export interface ContainedExtension {
  readonly id: string;
  readonly version: string;
  readonly provides: readonly string[];
  /** Extensions that cannot work without it. */
  readonly neededBy: readonly string[];
  /** Extensions that use it where it is there. */
  readonly usedBy: readonly string[];
}
export interface ContainedPackage extends BundledPackage {
  /** Bytes of its code in the program. */
  readonly bytes: number;
  /** What imports it: extensions, `kernel`, other packages, or files of the distribution. */
  readonly through: readonly string[];
}

/** Says why each extension and each package is in a program. */
export function contentsOf(distro: DistroValue, { code, modules }: ProgramBundle): Contents {
  const manifests = distro.extensions.map(({ manifest }) => manifest);
  return {
    bytes: Buffer.byteLength(code),
    extensions: manifests.map((manifest) => containedExtension(manifest, manifests)),
    packages: containedPackages(modules),
    problems: unlisted(manifests, modules),
  };
}

function containedExtension(manifest: Manifest, all: readonly Manifest[]): ContainedExtension {
  const { id, version, provides = [] } = manifest;
  const those = (uses: (other: Manifest) => readonly string[] | undefined) =>
    all
      .filter((other) => other !== manifest && uses(other)?.some((one) => provides.includes(one as never)))
      .map((other) => other.id);
  return {
    id,
    version,
    provides,
    neededBy: those(({ requires }) => requires),
    usedBy: those(({ optional }) => optional),
  };
}

function containedPackages(modules: readonly BundledModule[]): readonly ContainedPackage[] {
  const finder = new PackageFinder();
  const found = new Map<string, { one: BundledPackage; bytes: number; through: Set<string> }>();
  for (const { path, bytes, importers } of modules) {
    for (const one of finder.packagesOf(path)) {
      const key = `${one.name}@${one.version}`;
      const kept = found.get(key) ?? { one, bytes: 0, through: new Set<string>() };
      kept.bytes += bytes;
      for (const importer of importers) {
        const by = importerName(importer, finder);
        if (by !== one.name) kept.through.add(by);
      }
      found.set(key, kept);
    }
  }
  return [...found.values()]
    .map(({ one, bytes, through }) => ({ ...one, bytes, through: [...through].sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function importerName(path: string, finder: PackageFinder): string {
  const [first] = finder.packagesOf(path);
  if (first !== undefined) return first.name;
  const [, extension] = /[\\/]extensions[\\/]([^\\/]+)[\\/]/.exec(path) ?? [];
  if (extension !== undefined) return extension;
  const [, part] = /[\\/](kernel|plugin-api)[\\/]/.exec(path) ?? [];
  return part ?? path.replace(/^\0/, '');
}

/** Extensions whose code is in the program although the distribution does not list them. */
function unlisted(manifests: readonly Manifest[], modules: readonly BundledModule[]): readonly string[] {
  const listed = new Set(manifests.map(({ id }) => id));
  const found = new Set<string>();
  for (const { path } of modules) {
    const id = /[\\/]extensions[\\/]([^\\/]+)[\\/]/.exec(
      path.replace(/^.*[\\/]node_modules[\\/](?!tenon[\\/])/, ''),
    )?.[1];
    if (id !== undefined && !listed.has(id)) found.add(id);
  }
  return [...found]
    .sort()
    .map((id) => `code of the extension '${id}' is in the program, but the distribution does not list it`);
}
