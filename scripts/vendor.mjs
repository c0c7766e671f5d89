import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { bundle, writeOutput } from './bundle.mjs';

/** The package of a bare specifier: `@a/b/c` -> `@a/b`. */
export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Bundles packages of others, a file for each specifier: `diff` -> diff.js, `@a/b/c` -> @a/b/c.js. What Node would give
 * an import of the package, the file gives. What the packages load later stays in files of its own.
 * @param {readonly string[]} specifiers
 * @param {{ folder: string, extension: 'js' | 'mjs' }} options `folder`: where the files are to be, with a slash at its end
 */
export async function vendored(specifiers, { folder, extension }) {
  if (specifiers.length === 0) return [];
  const sources = {};
  const input = {};
  for (const specifier of specifiers) {
    // Not the package itself: a CommonJS module as input would give its default only.
    const entry = `virtual:vendor/${specifier}.mjs`;
    sources[entry] = await exportsOf(specifier);
    input[specifier] = entry;
  }
  const output = {
    entryFileNames: `${folder}[name].${extension}`,
    chunkFileNames: `${folder}chunks/[name]-[hash].${extension}`,
  };
  return bundle({ input, sources, output, exported: true, whole: true, apart: `${folder}vendor` });
}

/** A module that exports what Node makes of a package, be it CommonJS or not. */
async function exportsOf(specifier) {
  const names = Object.keys(await import(specifier)).filter((name) => name !== 'default' && name !== 'module.exports');
  const from = JSON.stringify(specifier);
  const lines = [`export { ${names.join(', ')} } from ${from};`];
  if ('default' in (await import(specifier))) lines.push(`export { default } from ${from};`);
  return lines.join('\n');
}

/**
 * Puts the packages that compiled modules import into `folder`/vendor, and lets the modules import them from there.
 * @param {string} folder of the compiled modules
 * @param {readonly string[]} installed packages that stay as they are: whoever installs ours gets them too
 * @returns the bundle of the packages
 */
export async function vendorInto(folder, installed) {
  const found = new Set();
  const changes = [];
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith('.js')) continue;
    const text = await readFile(join(folder, entry), 'utf8');
    const uses = specifiersOf(entry, text).filter(({ value }) => isForeign(value, installed));
    if (uses.length > 0) changes.push({ path: entry.split(sep).join('/'), text, uses });
    for (const { value } of uses) found.add(value);
  }
  const output = await vendored([...found].sort(), { folder: 'vendor/', extension: 'js' });
  await writeOutput(folder, output);
  for (const { path, text, uses } of changes) {
    let rewritten = text;
    for (const { start, end, value } of uses.sort((a, b) => b.start - a.start)) {
      const target = posix.relative(posix.dirname(path), `vendor/${value}.js`);
      const specifier = target.startsWith('.') ? target : `./${target}`;
      rewritten = `${rewritten.slice(0, start)}'${specifier}'${rewritten.slice(end)}`;
    }
    await writeFile(join(folder, path), rewritten);
  }
  return output;
}

function isForeign(specifier, installed) {
  if (/^(\.|\/|node:|file:|data:)/.test(specifier)) return false;
  const name = packageOf(specifier);
  return name !== 'tenon' && !installed.includes(name);
}

/** Every specifier that a module names: in imports, in exports, and where it asks for a path by `require.resolve`. */
function specifiersOf(path, text) {
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0].message}`);
  const found = [];
  const add = (node) => {
    if (typeof node?.value === 'string') found.push({ start: node.start, end: node.end, value: node.value });
  };
  walk(parsed.program, (node) => {
    const { type, source, callee } = node;
    if (/^(Import(Declaration|Expression)|Export(Named|All)Declaration)$/.test(type)) add(source);
    if (type !== 'CallExpression' || callee.property?.name !== 'resolve') return;
    const { object } = callee;
    if (object.name === 'require' || object.callee?.name === 'createRequire') add(node.arguments[0]);
  });
  return found;
}

/** Calls `visit` for every node below and including `node`. */
export function walk(node, visit) {
  if (Array.isArray(node)) for (const child of node) walk(child, visit);
  else if (typeof node === 'object' && node !== null) {
    if ('type' in node) visit(node);
    for (const child of Object.values(node)) if (typeof child === 'object') walk(child, visit);
  }
}
