import { expect, test } from 'vitest';
import { expander, scrubber } from '../scrub.ts';

const env = {
  MY_API_KEY: 'abc123def456',
  DB_PASSWORD: 'p"ss word/1',
  GITHUB_TOKEN: 'abc123def456-longer',
  ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue-team\nX-Gate: gate-secret',
  SHORT_KEY: 'abc',
  PWD: '/home/me/work',
  EDITOR: 'keyboard',
};
const scrub = scrubber({ env, home: '/home/me', cwd: '/home/me/work' });

test('values of variables that hold secrets, the longest first, also as JSON and in addresses', () => {
  expect(scrub('key abc123def456, token abc123def456-longer')).toBe('key ⟦MY_API_KEY⟧, token ⟦GITHUB_TOKEN⟧');
  expect(scrub(JSON.stringify({ value: 'p"ss word/1' }))).toBe('{"value":"⟦DB_PASSWORD⟧"}');
  expect(scrub('https://x.test/?p=p%22ss%20word%2F1')).toBe('https://x.test/?p=⟦DB_PASSWORD⟧');
  expect(scrub('gate-secret')).toBe('⟦ANTHROPIC_CUSTOM_HEADERS⟧');
  expect(scrub('abc keyboard')).toBe('abc keyboard');
});

test.each([
  ['sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAA', '⟦secret⟧'],
  ['Authorization: Bearer abcdefgh12345', 'Authorization: ⟦secret⟧'],
  ['{"authorization": "Basic dXNlcjpwYXNz"}', '{"authorization": "⟦secret⟧"}'],
  ['curl -H "x-api-key: 12345678"', 'curl -H "x-api-key: ⟦secret⟧"'],
  ['git clone https://me:hunter22@host.test/x.git', 'git clone https://⟦secret⟧@host.test/x.git'],
  ['ghp_abcdefghijklmnopqrstuvwx', '⟦secret⟧'],
  ['AKIAABCDEFGHIJKLMNOP', '⟦secret⟧'],
  ['eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', '⟦secret⟧'],
  ['STRIPE_SECRET=whsec12345abcdef', 'STRIPE_SECRET=⟦secret⟧'],
  ['a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b', 'a ⟦secret⟧ b'],
  ['const API_KEY = process.env.API_KEY;', 'const API_KEY = process.env.API_KEY;'],
  ['MAX_TOKEN=20000', 'MAX_TOKEN=20000'],
  ['see http://localhost:8080/a@b', 'see http://localhost:8080/a@b'],
])('%j', (text, clean) => {
  expect(scrub(text).replace('Bearer ⟦', '⟦').replace('Basic ⟦', '⟦')).toBe(clean);
});

test('folders get placeholders, as a whole only, and get them back on another machine', () => {
  const text = '/home/me/work/a.ts /home/me/work2 "/home/me/.bashrc" /x/home/me /home/men';
  const clean = scrub(text);
  expect(clean).toBe('⟦cwd⟧/a.ts ⟦home⟧/work2 "⟦home⟧/.bashrc" /x/home/me /home/men');
  expect(expander({ home: '/root', cwd: '/srv/app' })(clean)).toBe(
    '/srv/app/a.ts /root/work2 "/root/.bashrc" /x/home/me /home/men',
  );
});
