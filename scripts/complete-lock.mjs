#!/usr/bin/env node
// Adds to package-lock.json the platform packages that `npm install` left out: npm drops an optional package that its
// registry or mirror does not have, and `npm ci` then refuses the lock file, on every platform. Run it after each change
// of the dependencies; a test in test/hygiene.test.ts says when it is due.
//   node scripts/complete-lock.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const cpus = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** What such a package's own package.json says, as its name tells: `binding-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const [os, cpu] = [systems, cpus].map((known) => known.find((word) => words.includes(word)));
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') && os === 'linux' ? 'glibc' : undefined;
  if (!cpu) throw new Error(`The platform of the optional package ${name} cannot be read from its name.`);
  return { cpu: [cpu], ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

/** Where Node looks for the packages that the package at `at` needs: `a/node_modules/b` -> its own, a's, the top. */
function foldersAbove(at) {
  const folders = [`${at}/node_modules/`];
  for (let end = at.lastIndexOf('node_modules/'); end >= 0; end = at.lastIndexOf('node_modules/', end - 1)) {
    folders.push(at.slice(0, end + 'node_modules/'.length));
    if (end === 0) break;
  }
  return folders;
}

const added = [];
for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const exact = version.replace(/^[\^~]/, '');
    if (foldersAbove(at).some((folder) => lock.packages[`${folder}${name}`]?.version === exact)) continue;
    const { cpu, libc, os } = platformOf(name);
    // Beside its parent, unless the top has no other version of it.
    const top = `node_modules/${name}`;
    const beside = `${at.slice(0, at.lastIndexOf('node_modules/'))}${top}`;
    lock.packages[top in lock.packages ? beside : top] = {
      version: exact,
      cpu,
      ...(entry.dev && { dev: true }),
      ...(libc && { libc }),
      optional: true,
      ...(os && { os }),
    };
    added.push(name);
  }
}

if (process.argv.includes('--check')) {
  if (added.length > 0) {
    process.stderr.write(`package-lock.json lacks ${added.join(', ')}. Run: node scripts/complete-lock.mjs\n`);
    process.exitCode = 1;
  }
} else if (added.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`Added ${added.length} packages: ${added.join(', ')}\n`);
}
