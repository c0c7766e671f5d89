import { expect, test } from 'vitest';
import { printable } from '../error-line.ts';

test('characters that steer a terminal or turn the direction of text are replaced', () => {
  const text = 'a\u001b]0;t\u0007b\u009b2Jc\u202ed\u2066e\u200ff\u2028g';
  expect(printable(text)).toBe('a\ufffd]0;t\ufffdb\ufffd2Jc\ufffdd\ufffde\ufffdf\ufffdg');
  expect(printable('naïve 日本語 \t\n')).toBe('naïve 日本語 \t\n');
});
