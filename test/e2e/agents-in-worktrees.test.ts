import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Extension } from 'tenon/plugin-api';
import { callTool, type Harness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { agent, program } from '../../extensions/subagents/test/program.ts';
import worktrees from '../../extensions/worktrees/index.ts';

const call = (input: object = {}) =>
  callTool('Agent', { description: 'change it', prompt: 'work', run_in_background: false, ...input });

async function repository(options: Parameters<typeof program>[0]): Promise<Harness> {
  const h = await program({
    ...options,
    files: { 'a.txt': 'old\n' },
    extensions: [worktrees as unknown as Extension<never>],
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: h.project.dir });
  git('init', '-q', '-b', 'main');
  git('add', 'a.txt');
  git('commit', '-q', '-m', 'first');
  return h;
}

test('works in a worktree of its own, which stays when it changed something', async () => {
  const h = await repository({
    model: [
      call({ isolation: 'worktree' }),
      callTool('Bash', { command: 'pwd; echo new > a.txt' }),
      say('changed'),
      say('done'),
    ],
  });
  const run = await h.prompt('go');
  const folder = join(h.project.dir, '.claude/worktrees');
  const [name] = readdirSync(folder).filter((one) => one.startsWith('w-'));
  const path = join(folder, name!);
  expect(run.calls('Bash')[0]?.result).toContain(path);
  expect(run.calls('Agent')[0]?.result).toContain(
    `Its changes are in the worktree ${path} on the branch worktree-${name}`,
  );
  const output = run.events.filter((event) => event.type === 'user' && event.toolUseResult !== undefined).at(-1);
  expect(output).toMatchObject({ toolUseResult: { worktreePath: path, worktreeBranch: `worktree-${name}` } });
  expect(readFileSync(join(h.project.dir, 'a.txt'), 'utf8')).toBe('old\n');
  expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('new\n');
  expect((await h.session()).cwd).toBe(h.project.dir);
});

test('one without changes is removed', async () => {
  const h = await repository({
    agents: [agent('apart', { isolation: 'worktree' })],
    model: [call({ subagent_type: 'apart' }), callTool('Bash', { command: 'pwd' }), say('looked'), say('done')],
  });
  const run = await h.prompt('go');
  expect(run.calls('Bash')[0]?.result).toMatch(/worktrees\/w-/);
  expect(run.calls('Agent')[0]?.result).not.toContain('worktree');
  const folder = join(h.project.dir, '.claude/worktrees');
  expect(existsSync(folder) ? readdirSync(folder).filter((one) => one.startsWith('w-')) : []).toEqual([]);
});

test('without a repository it does not begin', async () => {
  const h = await program({
    extensions: [worktrees as unknown as Extension<never>],
    model: [call({ isolation: 'worktree' }), say('done')],
  });
  const run = await h.prompt('go');
  expect(run.calls('Agent')[0]).toMatchObject({ isError: true });
  expect(run.calls('Agent')[0]?.result).toMatch(/A worktree needs a git repository/);
});
