import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import full from '../distros/full.ts';
import type { CliFlag } from '../plugin-api/index.ts';
import { root } from './gates/source-file.ts';

/** The rows of docs/cli.md that are about flags: their names, and whether they are said to work. */
function rowsOf(page: string): { readonly names: readonly string[]; readonly state: string }[] {
  return page.split('\n').flatMap((line) => {
    const [, first = '', state = ''] = line.split('|').map((cell) => cell.trim());
    const names = [...first.matchAll(/`(--?[\w-]+)`/g)].map(([, name]) => name!);
    return names.length > 0 && line.startsWith('|') ? [{ names, state }] : [];
  });
}

const rows = rowsOf(readFileSync(join(root, 'docs/cli.md'), 'utf8'));
const documented = new Map(rows.flatMap(({ names, state }) => names.map((name) => [name, state] as const)));
const declared = full.extensions
  .flatMap(({ manifest }) => manifest.contributes?.cli ?? [])
  .filter((item) => typeof item !== 'string' && item.name.startsWith('--')) as unknown as readonly CliFlag[];
const namesOf = ({ name, aliases = [], short }: CliFlag) => [
  name,
  ...aliases,
  ...(short === undefined ? [] : [`-${short}`]),
];

describe('docs/cli.md', () => {
  test.each(declared.filter(({ hidden }) => hidden !== true).map((flag) => [flag.name, flag] as const))(
    'has a row for %s that says it works',
    (name, flag) => {
      for (const one of namesOf(flag)) {
        expect(documented.get(one), `docs/cli.md needs \`${one}\` in a row of ${name} with the state "works"`).toBe(
          'works',
        );
      }
    },
  );

  test('says of the flags that are declared, and of no other, that they work', () => {
    const known = new Set(declared.flatMap(namesOf));
    const claimed = [...documented].filter(([, state]) => state === 'works').map(([name]) => name);
    expect(claimed.filter((name) => !known.has(name))).toEqual([]);
    const missing = [...documented].filter(([, state]) => state === 'not yet').map(([name]) => name);
    expect(missing.filter((name) => known.has(name))).toEqual([]);
  });

  test('gives every row one of two states, and names no flag twice', () => {
    expect(rows.filter(({ state }) => state !== 'works' && state !== 'not yet')).toEqual([]);
    const names = rows.flatMap((row) => row.names);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('was read', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(declared.length).toBeGreaterThan(20);
  });
});
