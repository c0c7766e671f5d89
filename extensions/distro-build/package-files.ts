import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package `tenon` on the disk: what `import 'tenon/…'` means. */
export interface PackageFiles {
  readonly root: string;
  readonly version: string;
  /** The file of `tenon`, `tenon/kernel`, `tenon/extensions/cli/manifest`, …; `undefined` for what is none of its entry points. */
  sourceOf(specifier: string): string | undefined;
}

/**
 * The package that a folder is in, or that is installed for it.
 * @returns `undefined` when there is none: a program of one file stands for itself
 */
export function packageFiles(folder: string): PackageFiles | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const root of [at, join(at, 'node_modules/tenon')]) {
      const version = versionIn(root);
      if (version !== undefined) return filesOf(root, version);
    }
    if (dirname(at) === at) return undefined;
  }
}

function versionIn(root: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    return name === 'tenon' && typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // most folders have no such file, and a broken one is not ours
  }
}

function filesOf(root: string, version: string): PackageFiles {
  // the published package holds compiled modules, the repository their sources
  const source = existsSync(join(root, 'kernel/index.ts'));
  const [base, ending] = source ? [root, '.ts'] : [join(root, 'dist/lib'), '.js'];
  const file = (path: string) => join(base, `${path}${ending}`);
  return {
    root,
    version,
    sourceOf(specifier) {
      if (specifier === 'tenon' || specifier === 'tenon/kernel') return file('kernel/index');
      if (specifier === 'tenon/plugin-api') return file('plugin-api/index');
      if (specifier === 'tenon/test-kit') return file('test/kit/index');
      const [, folder, name, manifest] =
        /^tenon\/(plugin-api\/lib|extensions|distros)\/([\w-]+)(\/manifest)?$/.exec(specifier) ?? [];
      if (folder === undefined) return undefined;
      if (folder === 'extensions') return file(`extensions/${name}/${manifest === undefined ? 'index' : 'manifest'}`);
      return manifest === undefined ? file(`${folder}/${name}`) : undefined;
    },
  };
}

/**
 * What a `package.json` says to get this package: its version where npm noted that it came from a registry, else its folder.
 */
export function packageSource({ root, version }: PackageFiles): string {
  const range = version.startsWith('0.') ? `~${version}` : `^${version}`;
  try {
    const lock = JSON.parse(readFileSync(join(dirname(root), '.package-lock.json'), 'utf8')) as {
      packages?: Record<string, { resolved?: string }>;
    };
    if (lock.packages?.['node_modules/tenon']?.resolved?.startsWith('https://') === true) return range;
  } catch {
    // it was not installed by npm, as in the repository
  }
  return `file:${root}`;
}
