import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package of others whose code is in a program. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json says it: an SPDX expression mostly. */
  readonly license?: string;
  /** Its folder; absent when it came inside the library of this program. */
  readonly folder?: string;
}

/** Tells which packages a module belongs to. */
export class PackageFinder {
  private readonly found = new Map<string, BundledPackage>();
  private readonly lists = new Map<string, Readonly<Record<string, readonly BundledPackage[]>>>();

  /** The packages that the code of a module is of; none for modules of the program and of the distribution. */
  packagesOf(path: string): readonly BundledPackage[] {
    const inside = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path)?.[1];
    const vendor = /^(.*[\\/]dist[\\/]lib[\\/]vendor)[\\/](.*)$/.exec(path);
    if (vendor !== null) return this.listOf(vendor[1]!)[vendor[2]!.replaceAll('\\', '/')] ?? [];
    if (inside === undefined || isTenon(inside)) return [];
    return [this.read(inside)];
  }

  private read(folder: string): BundledPackage {
    const kept = this.found.get(folder);
    if (kept !== undefined) return kept;
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    const one = {
      name: String(name),
      version: String(version),
      ...(typeof license === 'string' ? { license } : {}),
      folder,
    };
    this.found.set(folder, one);
    return one;
  }

  /** What the build of this program wrote down about the packages inside its library. */
  private listOf(vendor: string): Readonly<Record<string, readonly BundledPackage[]>> {
    const kept = this.lists.get(vendor);
    if (kept !== undefined) return kept;
    const path = join(vendor, 'packages.json');
    const list = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, BundledPackage[]>) : {};
    this.lists.set(vendor, list);
    return list;
  }
}

function isTenon(folder: string): boolean {
  return /[\\/]node_modules[\\/]tenon$/.test(folder) && existsSync(join(dirname(folder), 'tenon/dist/lib'));
}
