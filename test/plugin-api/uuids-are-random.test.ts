import { expect, test } from 'vitest';
import { randomUuid } from '../../plugin-api/lib/random-uuid.ts';

const many = Array.from({ length: 20_000 }, randomUuid);

test('each is a UUID of version 4 and the usual variant', () => {
  const wrong = many.filter(
    (one) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(one),
  );
  expect(wrong).toEqual([]);
});

test('no two are the same, also over the end of what was fetched at once', () => {
  expect(new Set(many).size).toBe(many.length);
});

test('every digit that is free takes every value', () => {
  const digits = many.map((one) => one.replaceAll('-', ''));
  for (let at = 0; at < 32; at++) {
    if (at === 12) continue;
    expect(new Set(digits.map((one) => one[at])).size).toBe(at === 16 ? 4 : 16);
  }
});
