// Writes the table of docs/hooks.md from the hook catalogue and its doc comments.
//   node scripts/generate-hook-docs.mjs           writes the file
//   node scripts/generate-hook-docs.mjs --check   exits with 1 when the file is not what would be written
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importSource, root } from './bundle.mjs';

const target = join(root, 'docs/hooks.md');
const begin = '<!-- made by scripts/generate-hook-docs.mjs -->';
const end = '<!-- end -->';

/** Hook name to the doc comment above it. */
async function comments() {
  const folder = join(root, 'plugin-api/hooks');
  const found = new Map();
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    for (const [, comment, name] of text.matchAll(/^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(\w+): \w+[<(]/gm)) {
      found.set(name, comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim());
    }
  }
  return found;
}

async function render() {
  const { hookCatalog } = await importSource('hooks', `export { hookCatalog } from 'tenon/plugin-api';`);
  const said = await comments();
  const rows = Object.entries(hookCatalog).map(([name, { kind, onError, timeout, pending }]) => {
    const limit = timeout === 0 ? '–' : `${timeout / 1000} s`;
    const failure = kind === 'gate' && onError === 'deny' ? 'denies' : 'no opinion';
    const text = [said.get(name), pending && `*Not fired yet: ${pending}.*`].filter(Boolean).join(' ');
    return `| ${name} | ${kind} | ${failure} | ${limit} | ${text} |`;
  });
  return ['| hook | kind | a tap that fails | limit of a tap | |', '|---|---|---|---|---|', ...rows].join('\n');
}

const before = await readFile(target, 'utf8');
const at = [before.indexOf(begin), before.indexOf(end)];
if (at.includes(-1)) throw new Error(`${target} must have the lines ${begin} and ${end}`);
const after = `${before.slice(0, at[0] + begin.length)}\n${await render()}\n${before.slice(at[1])}`;
if (!process.argv.includes('--check')) await writeFile(target, after);
else if (after !== before) {
  process.stderr.write('docs/hooks.md is stale: run node scripts/generate-hook-docs.mjs\n');
  process.exitCode = 1;
}
