import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-package.ts';
import type { PackageFiles } from './package-files.ts';

/** Stands between the notices of two packages. */
const RULE = `\n${'-'.repeat(80)}\n\n`;

/** The licence texts of a program's packages and of Tenon itself, which their licences ask to pass on. */
export async function noticesOf(packages: readonly BundledPackage[], files: PackageFiles): Promise<string> {
  const own = await licenceText(files.root);
  const shipped = await shippedNotices(files.root);
  const notices = [`tenon ${files.version} (MIT)\n\n${own}`];
  for (const { name, version, license, folder } of packages) {
    const heading = `${name} ${version} (${license ?? 'no licence named'})`;
    if (folder !== undefined) notices.push(`${heading}\n\n${await licenceText(folder)}`);
    else notices.push(shipped.get(`${name} ${version}`) ?? `${heading}\n\nThe package holds no licence text.\n`);
  }
  return notices.join(RULE);
}

/** The notices that came with this program, by package and version. */
async function shippedNotices(root: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(root, 'dist/THIRD_PARTY_LICENSES.txt'), 'utf8').catch(() => ''); // a repository that was never built
  return new Map(text.split(RULE).map((notice) => [notice.slice(0, notice.indexOf(' (')), notice]));
}

async function licenceText(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)\b/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.length > 0 ? texts.join('\n') : 'The package holds no licence text.\n';
}
