import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { type TempProject, tempProject } from 'tenon/test-kit';
import { beforeEach, describe, expect, test } from 'vitest';
import { repositoryOf } from '../repository.ts';
import { hook, trustOf } from './trust-of.ts';

const ENV = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};
const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, env: ENV, stdio: 'pipe' });

let root: TempProject;
let home: TempProject;
const key = async (...names: string[]) => (await repositoryOf(root.path(...names), home.dir)).key;

beforeEach(async () => {
  home = await tempProject();
  root = await tempProject({ files: { 'main/.claude/settings.json': hook('lint'), 'main/sub/x': '' } });
  git(root.path('main'), 'init', '-q');
  git(root.path('main'), 'add', '-A');
  git(root.path('main'), 'commit', '-qm', 'x');
  git(root.path('main'), 'worktree', 'add', '-q', '../tree', '-b', 'other');
});

test('a linked work tree is the main repository, also below its top', async () => {
  expect(await key('main', 'sub')).toBe(root.path('main'));
  expect(await key('tree')).toBe(root.path('main'));
  expect(await key('tree', 'sub')).toBe(root.path('main'));
  await trustOf(home, root.path('main')).trust.decide(root.path('main'), true);
  expect((await trustOf(home, root.path('tree')).trust.check(root.path('tree'))).trusted).toBe(true);
});

test('other commands in the work tree are not trusted', async () => {
  await trustOf(home, root.path('main')).trust.decide(root.path('main'), true);
  await root.write('tree/.claude/settings.json', hook('evil'));
  expect((await trustOf(home, root.path('tree')).trust.check(root.path('tree'))).trusted).toBe(false);
});

test('a work tree of a bare repository is that repository', async () => {
  git(root.dir, 'clone', '-q', '--bare', 'main', 'bare.git');
  git(root.path('bare.git'), 'worktree', 'add', '-q', '../from-bare', '-b', 'third');
  expect(await key('from-bare')).toBe(root.path('bare.git'));
});

describe('forged', () => {
  test('a .git file that names a work tree of another repository', async () => {
    await root.write('evil/.git', `gitdir: ${root.path('main/.git/worktrees/tree')}\n`);
    expect(await key('evil')).toBe(root.path('evil'));
  });

  test('a .git file that names another repository itself', async () => {
    await root.write('evil/.git', `gitdir: ${root.path('main/.git')}\n`);
    expect(await key('evil')).toBe(root.path('evil'));
  });

  test('an own folder with a commondir that names another repository', async () => {
    await root.write('evil/.git', 'gitdir: .own/worktrees/evil\n');
    await root.write('evil/.own/worktrees/evil/commondir', `${root.path('main/.git')}\n`);
    await root.write('evil/.own/worktrees/evil/gitdir', `${root.path('evil/.git')}\n`);
    expect(await key('evil')).toBe(root.path('evil'));
  });

  test('a symbolic link as .git', async () => {
    await mkdir(root.path('evil'));
    await symlink(root.path('main/.git'), root.path('evil/.git'));
    expect(await key('evil')).toBe(root.path('evil'));
  });

  test('a moved work tree is on its own', async () => {
    await rename(root.path('tree'), root.path('moved'));
    expect(await key('moved')).toBe(root.path('moved'));
  });

  test('a .git file that is no pointer', async () => {
    await root.write('evil/.git', `gitdir: ${'x'.repeat(10_000)}`);
    expect(await key('evil')).toBe(root.path('evil'));
    await writeFile(root.path('evil/.git'), '');
    expect(await key('evil')).toBe(root.path('evil'));
  });
});

test('a submodule is a repository of its own', async () => {
  git(root.path('main'), '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', root.path('main'), 'module');
  expect(await key('main', 'module')).toBe(root.path('main/module'));
});

test('a repository in the home folder does not speak for everything below', async () => {
  await mkdir(home.path('.git'));
  await mkdir(home.path('work'));
  expect((await repositoryOf(home.path('work'), home.dir)).key).toBe(home.path('work'));
});
