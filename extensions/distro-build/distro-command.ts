import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Host, type Invocation, UsageError } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { type Contents, contentsOf } from './contents.ts';
import { loadDistro } from './distro-file.ts';
import { newDistro } from './new-distro.ts';
import { noticesOf } from './notices.ts';
import { type PackageFiles, packageFiles, packageSource } from './package-files.ts';
import { programBundle } from './program-bundle.ts';
import { rolldownFor } from './rolldown-library.ts';
import { sbomOf } from './sbom.ts';

const WORDS = ['init', 'build'];

/** `distro init|build`. Gives the exit code: 1 when the distribution is wrong. */
export async function runDistroCommand({ args, flags }: Invocation, host: Host): Promise<number> {
  const [word = '', path] = args;
  if (word === 'init') return init(path, host);
  if (word === 'build') return build(path, flags, host);
  const meant = nearest(word, WORDS);
  const near = meant === undefined ? '' : `; did you mean ${meant}?`;
  throw new UsageError(`distro: ${JSON.stringify(word)} is not one of ${WORDS.join(', ')}${near}`);
}

async function init(path: string | undefined, host: Host): Promise<number> {
  if (path === undefined) throw new UsageError('distro init needs a folder, such as distro init acme');
  const written = await newDistro(resolve(host.cwd, path), packageSource(libraryFor(host.cwd)));
  await host.stdout.write(
    `${written.map((file) => `${path}/${file}`).join('\n')}\n\nNext: cd ${path} && npm install && npm run build\n`,
  );
  return 0;
}

async function build(path: string | undefined, flags: Invocation['flags'], host: Host): Promise<number> {
  const check = flags.check === true;
  const out = flags.out as string | undefined;
  if (path === undefined)
    throw new UsageError('distro build needs the file of a distribution: distro build FILE --out PATH');
  if (out === undefined && !check) throw new UsageError('distro build needs --out PATH, or --check to write nothing');
  const file = resolve(host.cwd, path);
  const found = await stat(file).catch(() => undefined); // then there is none, which is said
  if (found?.isFile() !== true) throw new UsageError(`distro build: there is no file ${file}`);
  const files = libraryFor(dirname(file));
  const library = await rolldownFor(file);
  const { distro, problems } = await loadDistro(library, files, file);
  if (problems.length > 0) return refuse(path, problems, host);
  const source = `import distro from ${JSON.stringify(file)};
import { runDistro } from 'tenon/kernel';
void runDistro(distro, process.argv.slice(2));`;
  const program = await programBundle(library, files, { source, file, banner: '#!/usr/bin/env node' });
  const contents = contentsOf(distro, program);
  if (contents.problems.length > 0) return refuse(path, contents.problems, host);
  if (check) {
    await host.stdout.write(
      flags.json === true ? `${JSON.stringify(shown(contents), null, 2)}\n` : report(distro.name, contents),
    );
    return 0;
  }
  const target = resolve(host.cwd, out!);
  await mkdir(dirname(target), { recursive: true });
  const sbom = flags.sbom === true ? sbomOf(distro, contents, files.version, new Date()) : undefined;
  await writeWhole(`${target}.LICENSES.txt`, await noticesOf(contents.packages, files));
  if (sbom !== undefined) await writeWhole(`${target}.cdx.json`, `${JSON.stringify(sbom, null, 2)}\n`);
  await writeWhole(target, program.code, 0o755);
  await host.stderr.write(`${out}: ${distro.name} ${distro.version}, ${Math.round(contents.bytes / 1000)} KB\n`);
  return 0;
}

/** The library that programs are made of: what is installed for the folder, or this program's own. */
function libraryFor(folder: string): PackageFiles {
  const files = packageFiles(folder) ?? packageFiles(dirname(fileURLToPath(import.meta.url)));
  if (files !== undefined) return files;
  throw new UsageError(
    'distro: this program is one file and holds no library; run `npm install --save-dev tenon` first',
  );
}

async function refuse(path: string, problems: readonly string[], host: Host): Promise<number> {
  await host.stderr.write(`${path} cannot be built:\n${problems.map((text) => `  - ${text}\n`).join('')}`);
  return 1;
}

/** Somebody may start the program while it is written anew. */
async function writeWhole(path: string, text: string, mode = 0o644): Promise<void> {
  const next = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(next, text);
    await chmod(next, mode);
    await rename(next, path);
  } finally {
    await rm(next, { force: true });
  }
}

function shown(contents: Contents) {
  return { ...contents, packages: contents.packages.map(({ folder: _, ...one }) => one) };
}

function report(name: string, { bytes, extensions, packages }: Contents): string {
  const lines = [`${name}: ${Math.round(bytes / 1000)} KB in one file`, '', 'Extensions'];
  for (const { id, version, neededBy, usedBy } of extensions) {
    const uses = [
      ...(neededBy.length > 0 ? [`needed by ${neededBy.join(', ')}`] : []),
      ...(usedBy.length > 0 ? [`used by ${usedBy.join(', ')}`] : []),
    ];
    lines.push(`  ${id} ${version}: listed${uses.length > 0 ? `; ${uses.join('; ')}` : ''}`);
  }
  lines.push('', 'Packages');
  if (packages.length === 0) lines.push('  none');
  for (const one of packages) {
    const size = one.bytes < 1000 ? `${one.bytes} bytes` : `${Math.round(one.bytes / 1000)} KB`;
    lines.push(
      `  ${one.name} ${one.version} (${one.license ?? 'no licence named'}), ${size}: through ${one.through.join(', ')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
