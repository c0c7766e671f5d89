import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Workspace } from './workspace.ts';

function repository(): { readonly workspace: Workspace; readonly git: (...args: string[]) => void } {
  const workspace = new Workspace();
  onTestFinished(() => workspace.dispose());
  const cwd = workspace.root;
  execFileSync('rm', ['-rf', join(cwd, '.git')]);
  const git = (...args: string[]) =>
    void execFileSync('git', args, { cwd, env: { PATH: process.env.PATH }, stdio: 'pipe' });
  git('init', '-q');
  return { workspace, git };
}

const PROGRAMS: readonly (readonly [string, string])[] = [
  ['core.fsmonitor', 'touch ../mark; false'],
  ['diff.external', 'touch ../mark; :'],
  ['diff.x.command', 'touch ../mark; :'],
  ['diff.x.textconv', 'touch ../mark; cat'],
  ['filter.x.clean', 'touch ../mark; cat'],
  ['filter.lfs.clean', 'git-lfs clean; touch ../mark'],
  ['filter.x.process', 'touch ../mark'],
  ['gpg.program', 'touch'],
  ['gpg.ssh.program', 'touch'],
  ['core.sshCommand', 'touch ../mark'],
  ['remote.origin.uploadpack', 'touch ../mark'],
  ['core.worktree', '/etc'],
  ['include.path', 'more'],
  ['includeIf.gitdir:/.path', 'more'],
];

for (const [key, value] of PROGRAMS) {
  test(`git is asked about where the repository sets ${key} to ${value}`, async () => {
    const { workspace, git } = repository();
    const world = workspace.world();
    expect((await world.bash('git status')).verdict).toBe('allow');
    git('config', key, value);
    for (const command of ['git status', 'git diff', 'git log -1', 'ls && git status -s | head']) {
      expect((await world.bash(command)).verdict, command).toBe('ask');
    }
    const exact = workspace.world({ layers: [{ source: 'user', permissions: { allow: ['Bash(git status)'] } }] });
    expect((await exact.bash('git status')).verdict).toBe('allow');
  });
}

test('settings that people have are none of these', async () => {
  const { workspace, git } = repository();
  for (const [key, value] of [
    ['core.fsmonitor', 'true'],
    ['filter.lfs.clean', 'git-lfs clean -- %f'],
    ['filter.lfs.process', 'git-lfs filter-process'],
    ['core.hooksPath', '.husky/_'],
    ['alias.st', '!git status'],
    ['remote.origin.url', 'git@example.com:a/b.git'],
    ['user.name', 'A "B" C'],
    ['core.pager', 'less'],
    ['merge.x.driver', 'x'],
    ['branch.a"b\\c.remote', 'origin'],
  ] as const)
    git('config', key, value);
  expect(await workspace.world().bash('git status')).toMatchObject({ verdict: 'allow' });
});

test('a hook that git status runs is asked about, and so is one of a submodule', async () => {
  const { workspace, git } = repository();
  const hook = join(workspace.root, '.git/hooks/post-index-change');
  mkdirSync(join(workspace.root, '.git/hooks'), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\n');
  chmodSync(hook, 0o755);
  expect((await workspace.world().bash('git status')).verdict).toBe('ask');
  execFileSync('rm', [hook]);
  expect((await workspace.world().bash('git status')).verdict).toBe('allow');
  workspace.file(join(workspace.root, '.husky/post-index-change'), '#!/bin/sh\n');
  git('config', 'core.hooksPath', '.husky');
  expect((await workspace.world().bash('git status')).verdict).toBe('ask');
  git('config', '--unset', 'core.hooksPath');
  workspace.file(join(workspace.root, '.git/modules/a/config'), '[core] fsmonitor = "touch x"\n');
  expect((await workspace.world().bash('git status')).verdict).toBe('ask');
});

const ME = ['-c', 'user.name=a', '-c', 'user.email=a@b'];

/** A repository at a path inside of another, in its index; what it sets is run when git looks whether it has changed. */
function embedded(
  workspace: Workspace,
  git: (...args: string[]) => void,
  path: string,
  settings = 'touch mark; false',
) {
  const inner = join(workspace.root, path);
  mkdirSync(inner, { recursive: true });
  const inside = (...args: string[]) =>
    void execFileSync('git', args, { cwd: inner, env: { PATH: process.env.PATH }, stdio: 'pipe' });
  inside('init', '-q');
  inside(...ME, 'commit', '-q', '--allow-empty', '-m', 'a');
  git('add', path);
  inside('config', 'core.fsmonitor', settings);
  return { inner, inside };
}

test.each([
  ['sub', []],
  ['a/b', []],
  ['a/b/c/d', []],
  ['a/b', ['--index-version=4']],
  ['a/b', ['--split-index']],
])('git is asked about where a repository at %s sets a program (%j)', async (path, how) => {
  const { workspace, git } = repository();
  for (let n = 0; n < 30; n++) workspace.file(join(workspace.root, `many/file-${n}.txt`), '');
  git('add', 'many');
  const { inner, inside } = embedded(workspace, git, path);
  git('update-index', ...(how.length > 0 ? how : ['--refresh']));
  const world = workspace.world();
  for (const command of ['git status', 'git diff', 'git status -s | head'])
    expect(await world.bash(command), command).toMatchObject({
      verdict: 'ask',
      reason: expect.stringContaining('core.fsmonitor'),
    });
  // and git does run it
  git('status');
  expect(existsSync(join(inner, 'mark'))).toBe(true);
  inside('config', 'core.fsmonitor', 'false');
  expect((await world.bash('git status')).verdict).toBe('allow');
});

test('a repository that another one inside names is looked at, too', async () => {
  const { workspace, git } = repository();
  const outer = embedded(workspace, git, 'a', 'false');
  const deep = join(outer.inner, 'b');
  mkdirSync(deep);
  const cwd = { cwd: deep, env: { PATH: process.env.PATH } };
  execFileSync('git', ['init', '-q'], cwd);
  execFileSync('git', [...ME, 'commit', '-q', '--allow-empty', '-m', 'a'], cwd);
  outer.inside('add', 'b');
  expect((await workspace.world().bash('git status')).verdict).toBe('allow');
  execFileSync('git', ['config', 'core.fsmonitor', 'touch x; false'], cwd);
  expect((await workspace.world().bash('git status')).verdict).toBe('ask');
});

test('a repository that is there and that no index names is nothing that git goes into', async () => {
  const { workspace, git } = repository();
  const inner = join(workspace.root, 'x/y');
  mkdirSync(inner, { recursive: true });
  execFileSync('git', ['init', '-q'], { cwd: inner });
  execFileSync('git', ['config', 'core.fsmonitor', 'touch mark; false'], { cwd: inner });
  expect((await workspace.world().bash('git status')).verdict).toBe('allow');
  git('status');
  git('diff');
  expect(existsSync(join(inner, 'mark'))).toBe(false);
});

test('submodules whose names have slashes, and those of submodules', async () => {
  for (const module of ['libs/core', 'a/modules/b', 'a/modules/b/c']) {
    const { workspace } = repository();
    workspace.file(join(workspace.root, '.git/modules/a/HEAD'), 'ref: refs/heads/main\n');
    workspace.file(join(workspace.root, '.git/modules', module, 'config'), '[core]\n\tbare = false\n');
    expect((await workspace.world().bash('git status')).verdict, module).toBe('allow');
    workspace.file(join(workspace.root, '.git/modules', module, 'config'), '[core]\n\tfsmonitor = touch x\n');
    expect((await workspace.world().bash('git status')).verdict, module).toBe('ask');
  }
});

test('an index that cannot be read is asked about', async () => {
  const { workspace } = repository();
  const index = (bytes: Buffer) => writeFileSync(join(workspace.root, '.git/index'), bytes);
  index(Buffer.from('DIRC\0\0\0\x02\0\0\0\x05\0\0\xe0\0', 'latin1'));
  expect((await workspace.world().bash('git status')).verdict).toBe('ask');
  index(Buffer.from('DIRC\0\0\0\x09\0\0\0\x05\0\0\xe0\0', 'latin1'));
  expect((await workspace.world().bash('git status')).verdict).toBe('ask');
});

test('the settings of a linked work tree are those of its repository', async () => {
  const { workspace, git } = repository();
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'a');
  const linked = join(workspace.home, 'linked');
  git('worktree', 'add', '-q', linked);
  const world = workspace.world();
  const session = { ...world.session({ cwd: linked }), root: linked };
  const decide = () =>
    world.permissions.decide(session, {
      id: 'c',
      tool: 'Bash',
      input: { command: 'git status' },
      readOnly: false,
      access: {},
    });
  expect((await decide()).verdict).toBe('allow');
  git('config', 'core.fsmonitor', 'touch x');
  expect((await decide()).verdict).toBe('ask');
});

test('git runs what is asked about', () => {
  const { workspace, git } = repository();
  git('config', 'core.fsmonitor', 'touch ../mark; false');
  git('status');
  expect(existsSync(join(workspace.root, '../mark'))).toBe(true);
});
