import { mkdir, symlink } from 'node:fs/promises';
import { say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { remembering, textOf } from './remembering.ts';

const answer = [say('ok')];

test('user, then folders from the top down, reach the model before the prompt, each marked by where it comes from', async () => {
  const { h, heard } = await remembering({
    model: answer,
    homeFiles: { '.claude/CLAUDE.md': 'user one', '.claude/rules/sub/style.md': 'user two' },
    files: {
      '.git/HEAD': 'ref: refs/heads/main',
      'CLAUDE.md': 'top',
      'AGENTS.md': 'agents of top',
      'pkg/.claude/CLAUDE.md': 'package',
      'pkg/.claude/rules/b.md': 'rule b',
      'pkg/.claude/rules/a.md': 'rule a',
      'pkg/CLAUDE.local.md': 'mine',
    },
  });
  const session = await h.open({ cwd: h.project.path('pkg') });
  await session.send({ content: 'hello' });
  const text = textOf(h.requests[0]);
  const order = ['user one', 'user two', 'top', 'agents of top', 'package', 'rule a', 'rule b', 'mine', 'hello'];
  const places = order.map((part) => text.indexOf(`\n${part}`));
  expect(places.every((place) => place > 0)).toBe(true);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  const blocks = text.split('====');
  expect(blocks.find((one) => one.includes('user one'))).toMatch(/user's own instructions/);
  expect(blocks.find((one) => one.includes('user one'))).not.toContain('rule a');
  expect(blocks.find((one) => one.includes('rule a'))).toMatch(
    /came with the files of the project.*not the words of the user/s,
  );
  expect(blocks.find((one) => one.includes('rule a'))).toMatch(/<system-reminder>/);
  expect(heard.map(({ path, kind, reason }) => [path.split('/').at(-1), kind, reason])).toEqual([
    ['CLAUDE.md', 'User', 'session_start'],
    ['style.md', 'User', 'session_start'],
    ['CLAUDE.md', 'Project', 'session_start'],
    ['AGENTS.md', 'Project', 'session_start'],
    ['CLAUDE.md', 'Project', 'session_start'],
    ['a.md', 'Project', 'session_start'],
    ['b.md', 'Project', 'session_start'],
    ['CLAUDE.local.md', 'Local', 'session_start'],
  ]);
});

test('the same text, or the same file under two names, is read once', async () => {
  const { h } = await remembering({ model: answer, files: { 'CLAUDE.md': 'the same', 'real.md': 'other' } });
  await h.project.write('AGENTS.md', 'the same\n');
  await mkdir(h.project.path('.claude'));
  await symlink('../real.md', h.project.path('.claude/CLAUDE.md'));
  await symlink('real.md', h.project.path('CLAUDE.local.md'));
  await h.prompt('go');
  const text = textOf(h.requests[0]);
  expect(text.split('the same')).toHaveLength(2);
  expect(text.split('other')).toHaveLength(2);
});

test('a session has the same bytes from its first request to its last, whatever happens to the files', async () => {
  const { h } = await remembering({ model: [say('one'), say('two')], files: { 'CLAUDE.md': 'before' } });
  await h.prompt('first');
  await h.project.write('CLAUDE.md', 'after');
  await h.prompt('second');
  const first = JSON.stringify(h.requests[0]!.messages[0]);
  expect(JSON.stringify(h.requests[1]!.messages[0])).toBe(first);
  expect(first).toContain('before');
  expect(textOf(h.requests[1])).not.toContain('after');
});

test.each([
  ['user', { user: true, project: false, local: false }],
  ['project', { user: false, project: true, local: false }],
  ['local', { user: false, project: false, local: true }],
  ['', { user: false, project: false, local: false }],
])('--setting-sources "%s" chooses whose files are read', async (sources, expected) => {
  const { h } = await remembering({
    model: answer,
    flags: { 'setting-sources': sources },
    homeFiles: { '.claude/CLAUDE.md': 'users own words' },
    files: { 'AGENTS.md': 'in this project', 'CLAUDE.local.md': 'in this copy' },
  });
  await h.prompt('go');
  const text = textOf(h.requests[0]);
  const found = {
    user: text.includes('users own words'),
    project: text.includes('in this project'),
    local: text.includes('in this copy'),
  };
  expect(found).toEqual(expected);
});

test("the user's own folder is not taken for the project's when the program works below the home folder", async () => {
  const { h } = await remembering({
    model: answer,
    flags: { 'setting-sources': 'project' },
    homeFiles: { '.claude/CLAUDE.md': 'users own words', 'work/CLAUDE.md': 'work' },
  });
  const session = await h.open({ cwd: h.home.path('work') });
  await session.send({ content: 'go' });
  expect(textOf(h.requests[0])).toContain('work');
  expect(textOf(h.requests[0])).not.toContain('users own words');
});

test.each([
  { env: { CLAUDE_CODE_DISABLE_CLAUDE_MDS: '1' } },
  { env: { CLAUDE_CODE_SIMPLE: '1' } },
  { flags: { bare: true } },
  { flags: { 'safe-mode': true } },
])('%j switches all of it off', async (how) => {
  const { h } = await remembering({ model: answer, ...how, files: { 'CLAUDE.md': 'not this' } });
  await h.prompt('go');
  expect(textOf(h.requests[0])).not.toContain('not this');
});

test('claudeMdExcludes leaves files out', async () => {
  const { h } = await remembering({
    model: answer,
    config: { claudeMdExcludes: ['**/other/**', '~/.claude/rules/noisy.md'] },
    homeFiles: { '.claude/rules/noisy.md': 'noise' },
    files: { 'other/CLAUDE.md': 'left out', 'CLAUDE.md': 'stays' },
  });
  const session = await h.open({ cwd: h.project.path('other') });
  await session.send({ content: 'go' });
  const text = textOf(h.requests[0]);
  expect(text).toContain('stays');
  expect(text).not.toMatch(/left out|noise/);
});

test('a session that goes on with a new conversation reads the files again', async () => {
  const { h, heard } = await remembering({ model: [], files: { 'CLAUDE.md': 'before' } });
  const session = await h.session();
  await h.project.write('CLAUDE.md', 'after');
  const started = await h.fire('SessionStart', { session, source: 'compact', context: [], env: {} });
  expect(started.context.map(({ text }) => text).join()).toContain('after');
  expect(heard.at(-1)).toMatchObject({ reason: 'compact' });
});
