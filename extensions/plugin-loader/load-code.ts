import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { NativeExtension } from 'tenon/plugin-api/lib/native-manifest';
import { hostModules } from './host-modules.gen.ts';

/** Host modules that one extension may ask for while it is imported: each makes the import begin again. */
const MOST_ROUNDS = 100;

/** Thrown where a module of the host is asked for that is not loaded yet. */
class HostModuleMissing extends Error {
  readonly specifier: string;
  constructor(specifier: string) {
    super(`${specifier} is not loaded yet`);
    this.specifier = specifier;
  }
}

const loaded = new Map<string, unknown>();

/**
 * Imports the module of an extension, TypeScript or JavaScript. `tenon/plugin-api`, what is below it, and `zod` (unless the
 * extension brings its own) are those of this program, so that errors and tokens are the same objects on both sides.
 *
 * jiti runs JavaScript too: what resolves imports for Node itself needs a thread of its own in Node 20, which costs more
 * than jiti with what it has compiled before, and cannot forget a module that has changed.
 * @param cache the folder for compiled code
 * @returns the module's exports
 * @throws Error that names the file and, where it is known, the line
 */
export async function loadCode({ path, main }: NativeExtension, cache: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const root = main === path ? dirname(path) : path;
  const mine = (file: string) =>
    (main === path ? file === path : file.startsWith(`${root}${sep}`)) && !isPackage(file, root);
  for (let round = 0; ; round++) {
    let importing = true;
    const jiti = createJiti(main, {
      fsCache: cache,
      jsx: true,
      virtualModules: virtualModules(root, () => importing),
      // an extension that was installed as a package lies in a folder of packages itself
      transformModules: transformed(main),
    });
    for (const file of Object.keys(jiti.cache)) if (mine(file)) delete jiti.cache[file];
    try {
      return await jiti.import(main);
    } catch (error) {
      const missing = missingIn(error);
      if (missing === undefined || round >= MOST_ROUNDS) throw located(error, mine);
      loaded.set(missing, await hostModules[missing]!());
    } finally {
      importing = false;
    }
  }
}

/**
 * The modules of the host, each loaded when it is first asked for. jiti wants them at once, and loading takes a moment: so
 * an import that meets one too early begins again. After that only `import()` asks, which can wait.
 */
function virtualModules(root: string, importing: () => boolean): Record<string, unknown> {
  const modules: Record<string, unknown> = {};
  const own = existsSync(join(root, 'node_modules', 'zod'));
  for (const [specifier, load] of Object.entries(hostModules)) {
    if (specifier === 'zod' && own) continue;
    Object.defineProperty(modules, specifier, {
      enumerable: true,
      get() {
        const known = loaded.get(specifier);
        if (known !== undefined) return known;
        if (importing()) throw new HostModuleMissing(specifier);
        return load();
      },
    });
  }
  return modules;
}

function missingIn(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (at instanceof HostModuleMissing) return at.specifier;
  }
  return undefined;
}

function isPackage(file: string, root: string): boolean {
  return file.slice(root.length).includes(`${sep}node_modules${sep}`);
}

function transformed(main: string): string[] {
  const mark = `${sep}node_modules${sep}`;
  const at = main.lastIndexOf(mark);
  if (at < 0) return [];
  const [first = '', second = ''] = main.slice(at + mark.length).split(sep);
  return [first.startsWith('@') ? `${first}/${second}` : first];
}

/** The error again, with the place in the extension's own files in its message. */
function located(error: unknown, mine: (file: string) => boolean): Error {
  if (!(error instanceof Error)) return new Error(`it throws ${String(error)} on import`);
  const message = error.message.split('\n', 1)[0]!.trim();
  for (const [, file = '', line] of `${error.stack ?? ''}`.matchAll(/((?:file:\/\/)?\/[^\s():]+):(\d+):\d+/g)) {
    const plain = file.replace(/^file:\/\//, '');
    if (mine(plain)) return new Error(`${plain}:${line}: ${message}`, { cause: error });
  }
  return new Error(message, { cause: error });
}
