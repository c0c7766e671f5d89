// Writes the tables of docs/services-and-points.md from the tokens of plugin-api and their doc comments.
//   node scripts/generate-point-docs.mjs           writes the file
//   node scripts/generate-point-docs.mjs --check   exits with 1 when the file is not what would be written
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './bundle.mjs';

const target = join(root, 'docs/services-and-points.md');

/** Rows of the tokens in a folder: what is in the comment of the interface says more than that of the token. */
async function rows(folder, maker) {
  const found = [];
  for (const file of (await readdir(join(root, folder))).sort()) {
    const text = await readFile(join(root, folder, file), 'utf8');
    const token = new RegExp(`export const (\\w+) = ${maker}<(\\w+)[^>]*>+\\(\\s*'([^']+)'`, 'g');
    for (const [, name, type, id] of text.matchAll(token)) {
      const said =
        maker === 'service'
          ? (commentOf(text, `export interface ${type}`) ?? '')
          : commentOf(text, `export const ${name}`);
      const comment = said || commentOf(text, `export const ${name}`);
      found.push(`| \`${id}\` | \`${name}\` | ${comment.replaceAll('|', '\\|')} | [${file}](../${folder}/${file}) |`);
    }
  }
  return found.join('\n');
}

/** The doc comment above a declaration, its first paragraph. */
function commentOf(text, declaration) {
  const at = text.search(new RegExp(`^${declaration}\\b`, 'm'));
  const before = text.slice(0, Math.max(0, at)).trimEnd();
  if (at < 0 || !before.endsWith('*/')) return undefined;
  const comment = before.slice(before.lastIndexOf('/**') + 3, -2).replace(/\n\s*\*?[ \t]?/g, '\n');
  return comment.trim().split('\n\n')[0].replaceAll('\n', ' ');
}

function filled(text, name, table) {
  const [begin, end] = [`<!-- ${name}: made by scripts/generate-point-docs.mjs -->`, '<!-- end -->'];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${target} must have the lines ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n| id | import | | file |\n|---|---|---|---|\n${table}\n${text.slice(to)}`;
}

const before = await readFile(target, 'utf8');
const services = filled(before, 'services', await rows('plugin-api/services', 'service'));
const after = filled(services, 'points', await rows('plugin-api/points', 'point'));
if (!process.argv.includes('--check')) await writeFile(target, after);
else if (after !== before) {
  process.stderr.write('docs/services-and-points.md is stale: run node scripts/generate-point-docs.mjs\n');
  process.exitCode = 1;
}
