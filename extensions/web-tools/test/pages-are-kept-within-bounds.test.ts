import { expect, test } from 'vitest';
import { PageCache } from '../page-cache.ts';

const page = (text: string) => ({ url: 'u', code: 200, codeText: 'OK', bytes: 1, text, cut: false });

test('a page is kept for 15 minutes', () => {
  let now = 1_000;
  const cache = new PageCache(() => now);
  cache.set('a', page('text'));
  now += 15 * 60_000 - 1;
  expect(cache.get('a')?.text).toBe('text');
  now += 1;
  expect(cache.get('a')).toBeUndefined();
});

test('the page that was used longest ago goes first', () => {
  const cache = new PageCache();
  const big = page('x'.repeat(7_000_000));
  cache.set('a', big);
  cache.set('b', big);
  cache.get('a');
  cache.set('c', big);
  expect([cache.get('a'), cache.get('b'), cache.get('c')].map((one) => one !== undefined)).toEqual([true, false, true]);
  for (let at = 0; at < 200; at++) cache.set(`s${at}`, page(''));
  expect(cache.get('s99')).toBeUndefined();
  expect(cache.get('s100')).toBeDefined();
});
