// Writes extensions/plugin-loader/host-modules.gen.ts: what extensions from outside may import of this program.
//   node scripts/generate-host-modules.mjs           writes the file
//   node scripts/generate-host-modules.mjs --check   exits with 1 when the file is not what would be written
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'extensions/plugin-loader/host-modules.gen.ts');

const names = (await readdir(join(root, 'plugin-api/lib'))).filter((name) => name.endsWith('.ts')).sort();
const specifiers = ['tenon/plugin-api', ...names.map((name) => `tenon/plugin-api/lib/${name.slice(0, -3)}`), 'zod'];
const text = [
  '// Made by scripts/generate-host-modules.mjs from the files of plugin-api/lib; do not edit.',
  '',
  '/** What extensions from outside may import of this program, each loaded when it is asked for. */',
  'export const hostModules: Readonly<Record<string, () => Promise<unknown>>> = {',
  ...specifiers.map((name) => `  ${/^\w+$/.test(name) ? name : `'${name}'`}: () => import('${name}'),`),
  '};',
  '',
].join('\n');

if (!process.argv.includes('--check')) await writeFile(target, text);
else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
  process.stderr.write(
    'extensions/plugin-loader/host-modules.gen.ts is stale: run node scripts/generate-host-modules.mjs\n',
  );
  process.exitCode = 1;
}
