import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { pathOf, sourceOf } from './bundle.mjs';
import { packageOf, walk } from './vendor.mjs';

/**
 * Makes declarations fit for somebody who has installed the package: specifiers end in `.js`, and those that no export
 * of the package leads to are left out.
 * @param {string} folder of the compiled modules
 * @param {readonly string[]} exported paths of the exports' declarations, relative to `folder`; `*` stands for a name
 * @param {readonly string[]} installed packages that whoever installs ours has too
 * @throws Error when a declaration names types of a package that is not installed
 */
export async function finishDeclarations(folder, exported, installed) {
  const files = new Map();
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith('.d.ts')) continue;
    const path = entry.split(sep).join('/');
    const before = await readFile(join(folder, path), 'utf8');
    const text = withoutTsSpecifiers(before);
    if (text !== before) await writeFile(join(folder, path), text);
    files.set(path, text);
  }
  const reached = new Set();
  const problems = [];
  const visit = (path) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const specifier of specifiersOf(path, files.get(path))) {
      if (specifier.startsWith('node:')) continue;
      const target = declarationOf(path, specifier);
      if (target !== undefined && files.has(target)) visit(target);
      else if (!installed.includes(packageOf(specifier))) problems.push(`${path} names types of '${specifier}'`);
    }
  };
  for (const path of files.keys()) if (exported.some((pattern) => fits(pattern, path))) visit(path);
  if (problems.length > 0) throw new Error(`Nobody who installs the package has these types:\n${problems.join('\n')}`);
  for (const path of files.keys()) if (!reached.has(path)) await rm(join(folder, path));
}

/** The compiler rewrites `./x.ts` to `./x.js` in code but leaves it in declarations. */
function withoutTsSpecifiers(text) {
  return text.replace(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2');
}

/** Where the declaration of a module of ours lies; `undefined` for a package of others. */
function declarationOf(from, specifier) {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.d.ts');
  const source = sourceOf(specifier);
  return source && pathOf(source).replace(/\.ts$/, '.d.ts');
}

function fits(pattern, path) {
  const [before, after] = pattern.split('*');
  if (after === undefined) return pattern === path;
  const name = path.slice(before.length, -after.length);
  return path === `${before}${name}${after}` && !name.includes('/');
}

function specifiersOf(path, text) {
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0].message}`);
  const found = new Set();
  walk(parsed.program, ({ type, source, id }) => {
    if (typeof source?.value === 'string') found.add(source.value);
    if (type === 'TSModuleDeclaration' && typeof id?.value === 'string') found.add(id.value);
  });
  return found;
}
