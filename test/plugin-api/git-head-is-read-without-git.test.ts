import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitHead } from 'tenon/plugin-api/lib/git-head';
import { expect, onTestFinished, test } from 'vitest';

function repository(head: string) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-git-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, '.git', 'HEAD'), head);
  return root;
}

test('the branch, also from a folder inside', () => {
  const root = repository('ref: refs/heads/feature/x\n');
  expect(gitHead(root)).toEqual({ root, branch: 'feature/x' });
  expect(gitHead(join(root, 'src'))).toEqual({ root, branch: 'feature/x' });
});

test('no branch is checked out', () => {
  const root = repository('0123456789012345678901234567890123456789\n');
  expect(gitHead(root)).toEqual({ root });
});

test('a linked working tree', () => {
  const root = repository('ref: refs/heads/main\n');
  const tree = join(root, 'tree');
  mkdirSync(join(root, '.git', 'worktrees', 'tree'), { recursive: true });
  mkdirSync(tree);
  writeFileSync(join(root, '.git', 'worktrees', 'tree', 'HEAD'), 'ref: refs/heads/other\n');
  writeFileSync(join(tree, '.git'), `gitdir: ${join(root, '.git', 'worktrees', 'tree')}\n`);
  expect(gitHead(tree)).toEqual({ root: tree, branch: 'other' });
});

test('no repository', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-git-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(gitHead(folder)).toBeUndefined();
});

test.each(['.git', '.git/HEAD'])('a pipe at %s is not waited for, and a circle of links is no repository', (name) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-git-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (name !== '.git') mkdirSync(join(folder, '.git'));
  execFileSync('mkfifo', [join(folder, name)]);
  expect(gitHead(folder)).toBeUndefined();
  rmSync(join(folder, name));
  symlinkSync(join(folder, name), join(folder, name));
  expect(gitHead(folder)).toBeUndefined();
});
