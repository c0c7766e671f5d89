import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { PermissionMode } from 'tenon/plugin-api';
import { expect, onTestFinished, test } from 'vitest';
import { Workspace } from './workspace.ts';

function place(): Workspace {
  const workspace = new Workspace();
  onTestFinished(() => workspace.dispose());
  workspace.file(join(workspace.root, 'conf/x'), '');
  workspace.file(join(workspace.home, '.claude/x'), '');
  return workspace;
}
const protects = { verdict: 'ask', reason: expect.stringContaining('leads there') };

const LINKS: readonly (readonly [what: string, path: string, make: (workspace: Workspace) => void])[] = [
  ['a folder of the project', 'conf/devcontainer.json', ({ root }) => symlinkSync('conf', join(root, '.devcontainer'))],
  ['a file of the project', 'servers.json', ({ root }) => symlinkSync('servers.json', join(root, '.mcp.json'))],
  ['what is not there yet', 'hooks/pre-commit', ({ root }) => symlinkSync('hooks', join(root, '.husky'))],
  [
    'a setting of the user',
    'mine.json',
    ({ root, home }) => symlinkSync(join(root, 'mine.json'), join(home, '.claude/settings.json')),
  ],
  [
    'a file of the home folder',
    'dots/profile',
    ({ root, home }) => symlinkSync(join(root, 'dots/profile'), join(home, '.profile')),
  ],
];

test.each(LINKS)('what a link with a protected name leads to is protected: %s', async (_what, path, make) => {
  const workspace = place();
  const write = (mode: PermissionMode, allow: readonly string[] = [], file_path = path) =>
    workspace
      .world({ layers: [{ source: 'user', permissions: { allow } }] })
      .call('Write', { file_path, content: '' }, { mode });
  expect((await write('acceptEdits')).verdict).toBe('allow');
  make(workspace);
  expect(await write('acceptEdits')).toMatchObject(protects);
  expect(await write('default', ['Edit', 'Edit(//**)'])).toMatchObject(protects);
  expect((await write('acceptEdits', [], 'other.txt')).verdict).toBe('allow');
  expect((await write('bypassPermissions')).verdict).toBe('allow');
  const world = workspace.world();
  for (const command of [`touch ${path}`, `cp README.md ${path}`, `rm ${path}`])
    expect((await world.bash(command, { mode: 'acceptEdits' })).verdict, command).toBe('ask');
  expect((await world.call('Read', { file_path: path })).verdict).toBe('allow');
});

test('so is what a .git file names, also where it shares a repository', async () => {
  const workspace = place();
  const { root } = workspace;
  const linked = join(root, 'linked');
  workspace.file(join(linked, '.git'), 'gitdir: ../store/worktrees/linked\n');
  workspace.file(join(root, 'store/worktrees/linked/commondir'), '../..\n');
  const world = workspace.world({ flags: { 'add-dir': [root] } });
  const session = { ...world.session({ mode: 'acceptEdits', cwd: linked }), root: linked };
  const decide = (file_path: string) =>
    world.permissions.decide(session, {
      id: 'c',
      tool: 'Write',
      input: { file_path, content: '' },
      readOnly: false,
      access: {},
    });
  expect((await decide('a.ts')).verdict).toBe('allow');
  for (const path of ['worktrees/linked/config.worktree', 'hooks/pre-commit', 'config'])
    expect(await decide(join(root, 'store', path)), path).toMatchObject(protects);
});

test('so is the folder of the settings, whatever its name', async () => {
  const workspace = place();
  const world = workspace.world({ env: { CLAUDE_CONFIG_DIR: join(workspace.root, 'my-config') } });
  const write = (file_path: string) => world.call('Write', { file_path, content: '' }, { mode: 'acceptEdits' });
  expect(await write('my-config/settings.json')).toMatchObject(protects);
  expect((await write('my-configs/settings.json')).verdict).toBe('allow');
});
