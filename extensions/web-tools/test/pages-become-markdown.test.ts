import { expect, test } from 'vitest';
import { markdown } from '../markdown.ts';

test('what is not for reading goes, what is stays', async () => {
  const { text } = await markdown(
    `<!doctype html><title>A &lt;b&gt;</title><!-- no --><script>if (a < b) {}</script><STYLE>p{}</STYLE>
     <h1>Head</h1><ul><li>one<li>two</ul><pre><code>x &lt; y</code></pre><p>See <a href="/a">this</a><br>now</p><svg><text>no</text></svg>end`,
  );
  expect(text).toMatch(/^# A <b>\n\nHead\n====|^# A <b>\n\n# Head/);
  expect(text).toMatch(/-\s+one\n-\s+two/);
  expect(text).toContain('```\nx < y\n```');
  expect(text).toContain('[this](/a)');
  expect(text).toMatch(/end$/);
  expect(text).not.toMatch(/\bno\b|p\{\}/);
});

test.each([
  ['nested without end', '<div>'.repeat(100_000)],
  ['tags that never close', '<a'.repeat(500_000)],
  ['titles that never close', '<title'.repeat(200_000)],
  ['scripts that never close', '<script>'.repeat(200_000)],
  ['comments that never close', '<!--'.repeat(200_000)],
  ['entities', '&#99999999;&#x110000;&nope;'.repeat(10_000)],
])('a hostile page ends: %s', async (_name, html) => {
  expect(typeof (await markdown(html)).text).toBe('string');
});

test('the part of a long page that is not read is told', async () => {
  expect(await markdown('word '.repeat(100))).toMatchObject({ cut: false });
  expect(await markdown('word '.repeat(200_000))).toMatchObject({ cut: true });
});
