import assert from 'node:assert/strict';
import test from 'node:test';
import { formatAmount, parseAmount } from '../src/amount.js';

test('parses plain amounts', () => {
  assert.equal(parseAmount('12.50'), 1250);
  assert.equal(parseAmount(' 7 '), 700);
});

test('ignores a currency sign and one thousands separator', () => {
  assert.equal(parseAmount('$1,200'), 120000);
});

test('ignores every thousands separator', () => {
  assert.equal(parseAmount('1,234,567.89'), 123456789);
});

test('refuses what is not an amount', () => {
  assert.throws(() => parseAmount('soon'), /Not an amount: soon/);
});

test('formats with thousands separators', () => {
  assert.equal(formatAmount(123456789), '1,234,567.89');
  assert.equal(formatAmount(-50), '-0.50');
});
