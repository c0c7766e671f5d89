import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modulesOf, root } from './bundle.mjs';
import { locked } from './stamp.mjs';

const parts = ['cli', 'lib'];
const listFile = (part) => join(root, 'dist', `.packages-${part}.json`);

/** What packages hold of others without their licence text, which these licences ask to pass on. */
const within = {
  unpdf: [{ notice: 'pdf.js, in unpdf (Apache-2.0)', text: 'node_modules/typescript/LICENSE' }],
  jiti: [{ notice: 'Babel, in jiti (MIT)', text: 'node_modules/@babel/code-frame/LICENSE' }],
};

/**
 * Writes dist/THIRD_PARTY_LICENSES.txt: the licence texts of the packages inside the bundles of all parts, which their
 * licences ask to pass on.
 * @param {string} part that was just built
 * @param {import('rolldown').RolldownOutput['output']} output its bundles
 */
export async function writeNotices(part, output) {
  await locked('notices', async () => {
    await writeFile(listFile(part), JSON.stringify(foldersOf(output)));
    const folders = new Set();
    for (const name of parts) {
      const list = await readFile(listFile(name), 'utf8').catch(() => '[]'); // not built yet
      for (const folder of JSON.parse(list)) folders.add(folder);
    }
    await writeFile(join(root, 'dist/THIRD_PARTY_LICENSES.txt'), await noticesOf([...folders].sort()));
  });
}

/**
 * Writes packages.json: the packages whose code is in each file of a folder, for `tenon distro build`.
 * @param {string} folder
 * @param {string} prefix of the file names in the output that stand in the folder
 */
export async function writePackageList(folder, prefix, output) {
  const list = {};
  for (const part of output) {
    const packages = [];
    for (const name of foldersOf([part])) {
      const found = JSON.parse(await readFile(join(root, name, 'package.json'), 'utf8'));
      packages.push({ name: found.name, version: found.version, license: found.license });
    }
    list[part.fileName.slice(prefix.length)] = packages;
  }
  await writeFile(join(folder, 'packages.json'), `${JSON.stringify(list, null, 1)}\n`);
}

/** The folders of the packages that modules of a bundle come from. */
function foldersOf(output) {
  const folders = new Set();
  for (const part of output) {
    if (part.type !== 'chunk') continue;
    for (const { path } of modulesOf(part)) {
      const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
      if (found) folders.add(found[1]);
    }
  }
  return [...folders];
}

async function noticesOf(folders) {
  const notices = [];
  for (const folder of folders) {
    const manifest = await readFile(join(root, folder, 'package.json'), 'utf8').catch(() => undefined); // removed since
    if (manifest === undefined) continue;
    const { name, version, license } = JSON.parse(manifest);
    notices.push(`${name} ${version} (${license ?? 'no licence named'})\n\n${await licenceText(join(root, folder))}`);
    for (const { notice, text } of within[name] ?? []) {
      notices.push(`${notice}\n\n${await readFile(join(root, text), 'utf8')}`);
    }
  }
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceText(folder) {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)\b/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.length > 0 ? texts.join('\n') : 'The package holds no licence text.\n';
}
