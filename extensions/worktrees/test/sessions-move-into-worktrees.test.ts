import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineExtension, type Extension } from 'tenon/plugin-api';
import { callTool, createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import worktrees from '../index.ts';
import { leavingHook, type Repository, repository } from './repository.ts';

const allowed = { permissions: { allow: ['EnterWorktree', 'ExitWorktree', 'Bash'] } };
const harness = (repo: Repository, options: HarnessOptions) =>
  createHarness({
    extensions: [worktrees],
    bundled: ['builtin-tools'],
    config: allowed,
    session: { cwd: repo.dir },
    ...options,
  });
const place = (repo: Repository, name: string) => join(repo.dir, '.claude/worktrees', name);

test('a session works in a worktree and leaves it again', async () => {
  using repo = repository();
  const path = place(repo, 'try');
  const h = await harness(repo, {
    model: [
      callTool('EnterWorktree', { name: 'try' }),
      callTool('Bash', { command: 'pwd; git branch --show-current' }),
      callTool('EnterWorktree', { name: 'another' }),
      callTool('ExitWorktree', { action: 'remove' }),
      callTool('Bash', { command: 'pwd' }),
      callTool('ExitWorktree', { action: 'keep' }),
      say('done'),
    ],
  });
  const run = await h.prompt('try it');
  const [entered, twice] = run.calls('EnterWorktree');
  expect(entered!.result).toContain(`Made the worktree ${path} on the branch worktree-try.`);
  expect(twice!.result).toMatch(/leave it first with ExitWorktree/);
  const [inside, outside] = run.calls('Bash');
  expect(inside!.result).toContain(`${path}\nworktree-try`);
  expect(outside!.result).toContain(repo.dir);
  const [left, none] = run.calls('ExitWorktree');
  expect(left!.result).toContain('and its branch worktree-try are removed');
  expect(none).toMatchObject({ isError: true });
  expect(existsSync(path)).toBe(false);
  expect(repo.git('branch', '--list')).toBe('* main');
  // the folder of the worktrees hides itself
  expect(repo.git('status', '--porcelain')).toBe('');
  const outputs = run.events.flatMap((event) =>
    event.type === 'user' && event.toolUseResult ? [event.toolUseResult] : [],
  );
  expect(outputs).toContainEqual({ worktreePath: path, worktreeBranch: 'worktree-try' });
  expect(outputs).toContainEqual({
    action: 'remove',
    worktreePath: path,
    worktreeBranch: 'worktree-try',
    originalCwd: repo.dir,
  });
});

test('work is not removed without being told to', async () => {
  using repo = repository();
  const path = place(repo, 'w');
  const h = await harness(repo, {
    permissions: 'allow-all',
    model: [
      callTool('EnterWorktree', { name: 'w' }),
      callTool('Bash', { command: 'echo two > a.txt; echo new > b.txt' }),
      callTool('ExitWorktree', { action: 'remove' }),
      callTool('Bash', { command: 'rm b.txt; git -c user.name=T -c user.email=t@example.com commit -qam changed' }),
      callTool('ExitWorktree', { action: 'remove' }),
      callTool('Bash', { command: 'pwd' }),
      callTool('ExitWorktree', { action: 'remove', discard_changes: true }),
      say('done'),
    ],
  });
  const run = await h.prompt('work');
  const [files, commits, gone] = run.calls('ExitWorktree');
  expect(files).toMatchObject({ isError: true, result: expect.stringMatching(/ M a\.txt\n\?\? b\.txt/) });
  expect(commits).toMatchObject({ isError: true, result: expect.stringMatching(/commit \w+ changed/) });
  expect(run.calls('Bash').at(-1)!.result).toContain(path);
  expect(gone!.isError).toBe(false);
  expect(existsSync(path)).toBe(false);
  expect(readFileSync(join(repo.dir, 'a.txt'), 'utf8')).toBe('one\n');
});

test('a worktree that is kept can be entered again, by path or by name, and is not removed then', async () => {
  using repo = repository();
  using other = repository();
  const path = place(repo, 'kept');
  const h = await harness(repo, {
    model: [
      callTool('EnterWorktree', { name: 'kept' }),
      callTool('ExitWorktree', { action: 'keep' }),
      callTool('EnterWorktree', { path: '.claude/worktrees/kept' }),
      callTool('ExitWorktree', { action: 'remove', discard_changes: true }),
      callTool('ExitWorktree', { action: 'keep' }),
      callTool('EnterWorktree', { name: 'kept' }),
      callTool('ExitWorktree', { action: 'keep' }),
      callTool('EnterWorktree', { path: repo.dir }),
      callTool('EnterWorktree', { path: other.dir }),
      callTool('EnterWorktree', { name: '../up' }),
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  const [, byPath, byName, main, foreign, up] = run.calls('EnterWorktree');
  for (const call of [byPath, byName]) expect(call!.result).toContain(`Entered the worktree ${path}`);
  expect(main!.result).toMatch(/is the main checkout/);
  expect(foreign!.result).toContain(`is no worktree of this repository. There are: ${path}`);
  expect(up!.result).toMatch(/cannot be the name/);
  expect(run.calls('ExitWorktree')[1]).toMatchObject({ isError: true });
  expect(existsSync(path)).toBe(true);
});

test('a worktree outside of the working folder becomes one of the working folders', async () => {
  using repo = repository();
  const outside = `${repo.dir}-outside`;
  repo.git('worktree', 'add', '--quiet', '-b', 'side', outside);
  try {
    const h = await harness(repo, {
      model: [
        callTool('EnterWorktree', { path: outside }),
        callTool('Read', { file_path: `${outside}/a.txt` }),
        callTool('ExitWorktree', { action: 'keep' }),
        say('done'),
      ],
    });
    const run = await h.prompt('go');
    expect(run.calls('Read')).toMatchObject([{ verdict: 'allow', isError: false }]);
  } finally {
    repo.git('worktree', 'remove', '--force', outside);
  }
});

test('settings: folders are linked, git hooks can be left out', async () => {
  using repo = repository();
  repo.commit('.gitignore', 'hook-ran.ignored\n');
  leavingHook(repo, 'post-checkout');
  mkdirSync(join(repo.dir, 'node_modules'));
  const enter = [callTool('EnterWorktree', { name: 'w' }), callTool('ExitWorktree', { action: 'remove' }), say('done')];
  const ranIn = async (config: object): Promise<string[]> => {
    let found: string[] = [];
    const h = await harness(repo, {
      config: { ...allowed, ...config },
      model: [
        enter[0]!,
        () => {
          const at = (name: string) => join(place(repo, 'w'), name);
          found = ['hook-ran.ignored', 'node_modules'].filter((name) => existsSync(at(name)));
          if (found.includes('node_modules')) expect(lstatSync(at('node_modules')).isSymbolicLink()).toBe(true);
          return enter[1]!;
        },
        enter[2]!,
      ],
    });
    const run = await h.prompt('go');
    expect(run.calls('ExitWorktree')).toMatchObject([{ isError: false }]);
    return found;
  };
  expect(await ranIn({})).toEqual(['hook-ran.ignored']);
  expect(await ranIn({ extensions: { worktrees: { hooks: false } } })).toEqual([]);
  expect(await ranIn({ worktree: { symlinkDirectories: ['node_modules', '../x', 'absent'] } })).toContain(
    'node_modules',
  );
});

/** Makes worktrees in place of git. */
function maker(answer: { readonly path: string } | { readonly error: string }): {
  readonly extension: Extension;
  readonly removed: string[];
} {
  const removed: string[] = [];
  const extension = defineExtension({
    manifest: { id: 'maker', version: '1.0.0', api: 1, taps: ['WorktreeCreate', 'WorktreeRemove'] },
    setup(api) {
      api.hooks.WorktreeCreate.tap(() => answer);
      api.hooks.WorktreeRemove.tap(({ path }) => void removed.push(path));
    },
  });
  return { extension, removed };
}

test('somebody else may make the worktree, also without git', async () => {
  using elsewhere = repository();
  const { extension, removed } = maker({ path: elsewhere.dir });
  const h = await createHarness({
    extensions: [worktrees, extension],
    bundled: ['builtin-tools'],
    config: allowed,
    model: [callTool('EnterWorktree'), callTool('ExitWorktree', { action: 'remove' }), say('done')],
  });
  const run = await h.prompt('go');
  expect(run.calls('EnterWorktree')[0]!.result).toContain(`Made the worktree ${elsewhere.dir}.`);
  expect(run.calls('ExitWorktree')[0]!.result).toMatch(/made by a hook, and none removed it/);
  expect(removed).toEqual([elsewhere.dir]);

  const failing = await createHarness({
    extensions: [worktrees, maker({ error: 'no space' }).extension],
    bundled: ['builtin-tools'],
    config: allowed,
    model: [callTool('EnterWorktree'), say('done')],
  });
  const [call] = (await failing.prompt('go')).calls('EnterWorktree');
  expect(call).toMatchObject({ isError: true, result: expect.stringMatching(/no space/) });
});
