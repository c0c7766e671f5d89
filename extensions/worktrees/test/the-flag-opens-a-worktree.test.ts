import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import worktrees from '../index.ts';
import { repository } from './repository.ts';

test('the session works in a worktree from its first prompt on', async () => {
  using repo = repository();
  const path = join(repo.dir, '.claude/worktrees/feature');
  const h = await createHarness({
    extensions: [worktrees],
    bundled: ['builtin-tools'],
    flags: { worktree: 'feature' },
    session: { cwd: repo.dir },
    model: [callTool('Bash', { command: 'pwd' }), say('one'), say('two')],
  });
  const run = await h.prompt('go');
  expect(run.calls('Bash')[0]!.result).toContain(path);
  expect(run.events.find((event) => event.type === 'init')).toMatchObject({ cwd: path });
  await h.prompt('again');
  expect(h.events.filter((event) => event.type === 'informational')).toMatchObject([
    { content: `Made the worktree ${path} on the branch worktree-feature.` },
  ]);
  expect(repo.git('worktree', 'list').split('\n')).toHaveLength(2);
});

test('without a name it gets a random one', async () => {
  using repo = repository();
  const h = await createHarness({
    extensions: [worktrees],
    bundled: ['builtin-tools'],
    flags: { worktree: true },
    session: { cwd: repo.dir },
    model: [say('one')],
  });
  await h.prompt('go');
  const { cwd } = await h.session();
  expect(cwd).toMatch(/\/\.claude\/worktrees\/w-[0-9a-f]{8}$/);
  expect(existsSync(cwd)).toBe(true);
});

test('a prompt that was meant for a worktree is not sent without one', async () => {
  const h = await createHarness({
    extensions: [worktrees],
    bundled: ['builtin-tools'],
    flags: { worktree: 'feature' },
  });
  const run = await h.prompt('go');
  expect(run.result).toMatchObject({
    isError: true,
    result: expect.stringMatching(/--worktree: A worktree needs a git repository/),
  });
  expect(h.requests).toEqual([]);
});
