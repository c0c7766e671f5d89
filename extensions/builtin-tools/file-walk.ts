import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

export interface WalkOptions {
  /** Leave out what `.gitignore` and `.ignore` files say, those of the folders above included. */
  readonly ignoreFiles: boolean;
  readonly signal: AbortSignal;
}

interface IgnoreRules {
  readonly folder: string;
  test(path: string): { readonly ignored: boolean; readonly unignored: boolean };
}

/** The files below a folder. Links are not followed and not given, and `.git` is left out. */
export async function* walkFiles(
  folder: string,
  options: WalkOptions,
): AsyncGenerator<{ readonly path: string; readonly name: string }> {
  const rules = options.ignoreFiles ? await rulesAbove(folder) : [];
  yield* walk(folder, folder, rules, options);
}

async function* walk(
  folder: string,
  root: string,
  above: readonly IgnoreRules[],
  options: WalkOptions,
): AsyncGenerator<{ readonly path: string; readonly name: string }> {
  options.signal.throwIfAborted();
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // may not be read, or gone
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const rules = options.ignoreFiles ? [...above, ...(await rulesOf(folder))] : above;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const isFolder = entry.isDirectory();
    if (entry.name === '.git' || (!isFolder && !entry.isFile()) || ignored(path, isFolder, rules)) continue;
    if (isFolder) yield* walk(path, root, rules, options);
    else yield { path, name: relative(root, path) };
  }
}

/** The rules nearest to the file that have an opinion decide. */
function ignored(path: string, isFolder: boolean, rules: readonly IgnoreRules[]): boolean {
  for (const { folder, test } of rules.toReversed()) {
    const verdict = test(relative(folder, path) + (isFolder ? '/' : ''));
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

async function rulesAbove(folder: string): Promise<IgnoreRules[]> {
  const found: IgnoreRules[][] = [];
  for (let at = folder; ; at = dirname(at)) {
    if (at !== folder) found.unshift(await rulesOf(at));
    const top = await stat(join(at, '.git')).catch(() => undefined); // not the top of a repository
    if (top !== undefined) {
      found.unshift(await rulesOf(at, '.git/info/exclude'));
      return found.flat();
    }
    if (dirname(at) === at) return [];
  }
}

async function rulesOf(folder: string, ...names: string[]): Promise<IgnoreRules[]> {
  const found: IgnoreRules[] = [];
  for (const name of names.length > 0 ? names : ['.gitignore', '.ignore']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined); // no such file
    if (text === undefined) continue;
    const { default: ignore } = await import('ignore');
    const rules = ignore().add(text);
    found.push({ folder, test: (path) => rules.test(path) });
  }
  return found;
}
