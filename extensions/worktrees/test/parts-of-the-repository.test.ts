import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { callTool, createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import worktrees from '../index.ts';
import { leavingHook, type Repository, repository } from './repository.ts';

const harness = (repo: Repository, sparsePaths: unknown, options: HarnessOptions = {}) =>
  createHarness({
    extensions: [worktrees],
    bundled: ['builtin-tools'],
    config: { permissions: { allow: ['EnterWorktree', 'ExitWorktree'] }, worktree: { sparsePaths } },
    session: { cwd: repo.dir },
    model: [callTool('EnterWorktree', { name: 'part' }), callTool('ExitWorktree', { action: 'remove' }), say('done')],
    ...options,
  });
const path = (repo: Repository) => join(repo.dir, '.claude/worktrees/part');
const all = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.(txt|ts)$/.test(name)).sort();

function monorepo(): Repository {
  const repo = repository();
  for (const name of ['apps/web/a.ts', 'apps/api/b.ts', 'libs/core/c.ts', 'libs/core/deep/d.ts'])
    repo.commit(name, 'x');
  return repo;
}

test('only the folders of worktree.sparsePaths are checked out', async () => {
  using repo = monorepo();
  const h = await harness(repo, ['apps/web/', './libs/core'], {
    model: [callTool('EnterWorktree', { name: 'part' }), say('done')],
  });
  const run = await h.prompt('go');
  expect(run.calls()[0]).toMatchObject({ isError: false });
  expect(all(path(repo))).toEqual(['a.txt', 'apps/web/a.ts', 'libs/core/c.ts', 'libs/core/deep/d.ts']);
  // what is not there is not deleted, and the checkout itself keeps everything
  expect(repo.git('-C', path(repo), 'status', '--porcelain')).toBe('');
  expect(existsSync(join(repo.dir, 'apps/api/b.ts'))).toBe(true);
  expect(repo.git('status', '--porcelain')).toBe('');
});

test('such a worktree is removed like any other, and hooks run as for any other', async () => {
  using repo = monorepo();
  leavingHook(repo, 'post-checkout');
  repo.commit('.gitignore', '*.ignored\n');
  const h = await harness(repo, ['apps/web']);
  const run = await h.prompt('go');
  expect(run.calls().map(({ isError }) => isError)).toEqual([false, false]);
  expect(existsSync(path(repo))).toBe(false);
  expect(repo.git('branch', '--list')).toBe('* main');
});

test('what is no folder of the repository is named and left out', async () => {
  using repo = monorepo();
  const h = await harness(repo, ['../outside', '/abs', '-x', 'a*', 7, 'apps/web'], {
    model: [callTool('EnterWorktree', { name: 'part' }), say('done')],
    expectDiagnostics: [/"\.\.\/outside" is left out/, /"\/abs"/, /"-x"/, /"a\*"/, /: 7 is left out/],
  });
  await h.prompt('go');
  expect(all(path(repo))).toEqual(['a.txt', 'apps/web/a.ts']);
});
