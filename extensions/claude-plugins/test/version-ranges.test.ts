import { expect, test } from 'vitest';
import { fitsRange, laterFirst } from '../version-range.ts';

test.each<[string, string, boolean | undefined]>([
  ['2.1.330', '>=2.1.0', true],
  ['2.1.330', '>=2.2', false],
  ['2.1.330', '^2.1.300', true],
  ['2.1.330', '^1.0.0', false],
  ['0.2.5', '^0.2.3', true],
  ['0.3.0', '^0.2.3', false],
  ['0.0.4', '^0.0.3', false],
  ['2.1.330', '~2.1.0', true],
  ['2.2.0', '~2.1.0', false],
  ['2.9.9', '~2', true],
  ['2.1.330', '2.x', true],
  ['3.0.0', '2.x', false],
  ['2.1.330', '2.1', true],
  ['2.1.330', '*', true],
  ['2.1.330', '', true],
  ['2.1.330', '1.0.0 - 2.1.330', true],
  ['2.1.331', '1.0.0 - 2.1.330', false],
  ['2.1.331', '1.0.0 - 2.1', true],
  ['2.1.330', '>= 2.1.0 < 3', true],
  ['3.0.0', '>= 2.1.0 <3', false],
  ['2.1.330', '<2 || >2.1.329', true],
  ['2.1.330', '=2.1.330', true],
  ['2.1.330', 'v2.1.330', true],
  ['2.0.0-beta.1', '>=2.0.0', false],
  ['2.0.0-beta.2', '>2.0.0-beta.1', true],
  ['2.1.330', 'latest', undefined],
  ['2.1.330', '>=2.1 ||', true],
  ['2.1.330', '=>2', undefined],
])('%s in %j: %s', (version, range, expected) => {
  expect(fitsRange(version, range)).toBe(expected);
});

test('later versions come first, and what is none comes last', () => {
  expect(['1.9.0', 'main', '1.10.0', '2.0.0-rc.1', '2.0.0'].sort(laterFirst)).toEqual([
    '2.0.0',
    '2.0.0-rc.1',
    '1.10.0',
    '1.9.0',
    'main',
  ]);
});
