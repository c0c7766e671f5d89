import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCsv, parseLine } from '../src/csv.js';

test('keeps commas and quotes inside quoted fields', () => {
  assert.deepEqual(parseLine('a,"b, c","d ""e"""'), ['a', 'b, c', 'd "e"']);
});

test('names the fields of each row after the first line', () => {
  assert.deepEqual(parseCsv('date,amount\r\n2026-01-03,12.50\r\n'), [{ date: '2026-01-03', amount: '12.50' }]);
});
