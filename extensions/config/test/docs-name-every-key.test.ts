import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../../test/gates/source-file.ts';
import { knownKeys, unknownKey, unusedBecause } from '../known-keys.ts';

const rows = readFileSync(join(root, 'docs/settings.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| `/.test(line));
const states = new Map(
  rows.flatMap((row) => {
    const [, names = '', state = ''] = row.split('|');
    return [...names.matchAll(/`([\w$]+)`/g)].map(([, name]) => [name!, state.trim()] as const);
  }),
);
const names = new Set(knownKeys().map((key) => key.split('.', 1)[0]!));

test('docs/settings.md has a row for every key', () => {
  expect([...names].filter((name) => name !== '$schema' && !states.has(name))).toEqual([]);
});

test('what the program says has no effect is not said to work', () => {
  const claimed = [...states].filter(([, state]) => state === 'works').map(([name]) => name);
  expect(claimed.filter((name) => unusedBecause(name) !== undefined)).toEqual([]);
});

test('keys that are known are known, and others have the nearest', () => {
  for (const key of knownKeys()) expect(unknownKey(key)).toBeUndefined();
  expect(unknownKey('permissions.denny')).toBe('permissions.deny');
  expect(unknownKey('enabledPlugins.any@thing')).toBeUndefined();
  expect(unknownKey('sandbox.network.allowedDomains')).toBeUndefined();
  expect(unknownKey('qqqqqqq')).toBe('');
});
