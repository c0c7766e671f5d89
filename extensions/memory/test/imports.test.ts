import { mkdir, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { say, tempProject } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { importsOf, withoutComments } from '../markdown.ts';
import { remembering, saidBy, textOf } from './remembering.ts';

const answer = [say('ok')];

describe('what counts as an import', () => {
  test.each([
    ['See @docs/a.md, and @./b.md.', ['docs/a.md,', './b.md.']],
    ['- @~/mine.md\n- (@/etc/x)', ['~/mine.md', '/etc/x)']],
    ['@a\\ b.md', ['a b.md']],
    ['mail me@here.org, `@code.md`, ``x ` @two.md``', []],
    ['```sh\n@in/fence\n```\n@out', ['out']],
    ['- ~~~\n  @in/list/fence\n  ~~~\n@out', ['out']],
    ['one ` stray @counts.md\n\nnext ` paragraph', ['counts.md']],
    ['```\nnever closed @x.md', []],
    ['@-flag @!x @a.md @a.md', ['a.md']],
  ])('%j', (text, expected) => {
    expect(importsOf(text)).toEqual(expected);
  });
});

test.each([
  ['a\n<!-- note -->\nb', 'a\nb'],
  ['a\n<!-- note\nover lines\n-->\nb', 'a\nb'],
  ['a <!-- inline --> b', 'a <!-- inline --> b'],
  ['```\n<!-- code -->\n```\n', '```\n<!-- code -->\n```\n'],
  ['<!-- ```\n-->\n<!-- two -->after', 'after'],
  ['a\n<!-- open\nb', 'a\n<!-- open\nb'],
])('comments that begin a line go: %j', (text, expected) => {
  expect(withoutComments(text)).toBe(expected);
});

test('imports are read relative to their file, once, four files deep, and in circles only once round', async () => {
  const { h, heard } = await remembering({
    model: answer,
    files: {
      'CLAUDE.md': 'zero @docs/1.md @docs/1.md',
      'docs/1.md': 'one @2.md @../CLAUDE.md',
      'docs/2.md': 'two @./1.md',
    },
  });
  await h.prompt('go');
  const text = textOf(h.requests[0]);
  for (const part of ['zero', 'one', 'two']) expect(text.split(`\n${part} `)).toHaveLength(2);
  expect(heard.slice(1)).toMatchObject([
    { reason: 'include', parent: h.project.path('CLAUDE.md'), path: h.project.path('docs/1.md') },
    { reason: 'include', parent: h.project.path('docs/1.md'), path: h.project.path('docs/2.md') },
  ]);
});

test('deeper imports are left out, and said', async () => {
  const { h } = await remembering({
    model: answer,
    expectDiagnostics: [/4 files deep/],
    files: {
      'CLAUDE.md': '@1.md',
      '1.md': '@2.md',
      '2.md': '@3.md',
      '3.md': '@4.md',
      '4.md': 'four @5.md',
      '5.md': 'five',
    },
  });
  await h.prompt('go');
  expect(textOf(h.requests[0])).toContain('four');
  expect(textOf(h.requests[0])).not.toContain('\nfive');
  expect(saidBy(h)).toEqual([expect.stringMatching(/5\.md.*imported by.*4\.md.*4 files deep/)]);
});

const secret = { 'secret.txt': 'the secret', '.claude/CLAUDE.md': 'user @~/secret.txt' };

test('files of the user import from anywhere', async () => {
  const { h } = await remembering({ model: answer, homeFiles: secret });
  await h.prompt('go');
  expect(textOf(h.requests[0])).toContain('the secret');
});

const leaving = ['@~/secret.txt', '@../../../../../../../../../../etc/hostname', '@link.txt'];

test.each(leaving)('a file of a project that is not trusted imports nothing from outside: %s', async (mention) => {
  const { h } = await remembering({
    model: answer,
    homeFiles: { 'secret.txt': 'the secret' },
    files: { 'CLAUDE.md': `one ${mention} two`, 'AGENTS.md': `another ${mention}` },
    expectDiagnostics: [/outside of the project are skipped .*folder not trusted; run with --trust/],
  });
  await symlink(h.home.path('secret.txt'), h.project.path('link.txt'));
  await h.prompt('go');
  const text = textOf(h.requests[0]);
  expect(text).toContain('one @');
  expect(text).not.toContain('the secret');
  expect(text.split('Contents of')).toHaveLength(3);
});

test('nor is a link to a file outside an instruction file', async () => {
  const { h } = await remembering({
    model: answer,
    homeFiles: { 'secret.txt': 'the secret' },
    expectDiagnostics: [/CLAUDE\.md is a link/],
  });
  await symlink(h.home.path('secret.txt'), h.project.path('CLAUDE.md'));
  await h.prompt('go');
  expect(textOf(h.requests[0])).not.toContain('the secret');
  expect(saidBy(h)).toEqual([expect.stringMatching(/CLAUDE\.md is a link\): folder not trusted/)]);
});

test('a trusted project may, unless a rule denies reading the file', async () => {
  const { h } = await remembering({
    model: answer,
    flags: { trust: true },
    bundled: ['trust'],
    config: { permissions: { deny: ['Read(~/secret.txt)'] } },
    homeFiles: { 'secret.txt': 'the secret', 'shared.md': 'shared words' },
    files: { 'CLAUDE.md': '@~/secret.txt @~/shared.md' },
    expectDiagnostics: [/a rule denies it/],
  });
  await h.prompt('go');
  expect(textOf(h.requests[0])).toContain('shared words');
  expect(textOf(h.requests[0])).not.toContain('the secret');
  expect(saidBy(h)).toEqual([expect.stringMatching(/secret\.txt.*a rule denies it/)]);
});

test.each(['.claude/rules', '.claude/rules/more'])(
  'a link at %s to a folder outside is not looked into before the folder is trusted',
  async (link) => {
    for (const trusted of [false, true]) {
      const outside = await tempProject({
        files: { 'a/secret-name.md': 'the text of a rule', 'b.md': 'another rule' },
      });
      const { h, heard } = await remembering({
        files: { '.claude/x': '' },
        ...(trusted ? { flags: { trust: true } } : {}),
        model: [say('hi')],
        expectDiagnostics: trusted ? [] : [/is a link\): /],
      });
      await mkdir(dirname(h.project.path(link)), { recursive: true });
      await symlink(outside.dir, h.project.path(link));
      const run = await h.prompt('hello');
      const said = saidBy(h).join('\n');
      expect(said).not.toContain('secret-name');
      expect(said).toMatch(trusted ? /^$/ : new RegExp(`${link} is a link`));
      expect(textOf(run.requests[0]).includes('the text of a rule')).toBe(trusted);
      expect(heard).toHaveLength(trusted ? 2 : 0);
    }
  },
);
