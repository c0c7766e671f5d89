import assert from 'node:assert/strict';
import test from 'node:test';
import { report, totalsOf } from '../src/totals.js';

test('adds up each category', () => {
  const totals = totalsOf('category,amount\noffice,12.50\ntravel,"1,240.00"\noffice,7.25\n');
  assert.deepEqual(
    [...totals],
    [
      ['office', 1975],
      ['travel', 124000],
    ],
  );
});

test('reports the largest first, aligned', () => {
  assert.equal(
    report(
      new Map([
        ['office', 1975],
        ['travel', 124000],
      ]),
    ),
    'travel  1,240.00\noffice     19.75',
  );
});
