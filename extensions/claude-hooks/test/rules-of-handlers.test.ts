import { expect, test } from 'vitest';
import { fitsRule } from '../if-rule.ts';

const session = { cwd: '/p/sub', root: '/p' };
const fits = (rule: string, tool: string, input: object) =>
  fitsRule(rule, { tool, input: { ...input }, session, home: '/home/x' });

test.each([
  ['Bash', 'ls', true],
  ['Bash(git *)', 'git push', true],
  ['Bash(git *)', 'gitk', false],
  ['Bash(git:*)', 'git push', true],
  ['Bash(git push *)', 'git push origin', true],
  ['Bash(git push *)', 'git pull', false],
  // every command of the line counts, wherever it stands
  ['Bash(git push *)', 'cd x && git push origin', true],
  ['Bash(git push *)', 'true; git push', true],
  ['Bash(git push *)', 'echo a | git push', true],
  ['Bash(rm *)', 'echo $(rm -rf x)', true],
  ['Bash(rm *)', 'echo `rm -rf x`', true],
  ['Bash(rm *)', '(rm x)', true],
  ['Bash(rm *)', 'if true; then rm x; fi', true],
  // variables before a command are not part of it
  ['Bash(git *)', 'GIT_DIR=x A=1 git push', true],
  ['Bash(git push *)', 'git "push" origin', true],
  // what an expansion becomes is not known, but its first word is
  ['Bash(git push *)', 'git $WHAT', true],
  ['Bash(git push *)', 'echo $(date)', true],
  ['Bash(git *)', 'echo $HOME', false],
  // what is not understood is asked about
  ['Bash(git *)', 'if then ((', true],
  ['Bash(git *)', 'ls', false],
  ['Bash(*)', 'anything', true],
  ['Bash(', 'ls', true],
  ['Edit(src/**)', 'ls', false],
])('%s and the command %j: %s', async (rule, command, wanted) => {
  expect(await fits(rule, 'Bash', { command })).toBe(wanted);
});

test.each([
  // one folder means that of the working directory
  ['Edit(src/**)', 'Edit', '/p/sub/src/a.ts', true],
  ['Edit(src/**)', 'Edit', 'src/deep/a.ts', true],
  ['Edit(src/**)', 'Edit', '/p/sub/lib/src/a.ts', false],
  ['Edit(src/**)', 'Edit', '/p/src/a.ts', false],
  ['Edit(**/src/**)', 'Edit', '/p/sub/lib/src/a.ts', true],
  ['Edit(*.ts)', 'Edit', '/p/sub/deep/a.ts', true],
  ['Edit(.env)', 'Write', '/p/sub/x/.env', true],
  ['Edit(/docs/**)', 'Edit', '/p/docs/a.md', true],
  ['Edit(//etc/**)', 'Edit', '/etc/hosts', true],
  ['Read(~/.ssh/**)', 'Read', '/home/x/.ssh/id', true],
  ['Read(~/.ssh/**)', 'Read', '/home/y/.ssh/id', false],
  ['Read(src/**)', 'Grep', '/p/sub/src', true],
  ['Write(src/**)', 'Edit', '/p/sub/src/a.ts', false],
])('%s and %s of %s: %s', async (rule, tool, path, wanted) => {
  const field = tool === 'Grep' ? 'path' : 'file_path';
  expect(await fits(rule, tool, { [field]: path })).toBe(wanted);
});

test.each([
  ['mcp__db__query', 'mcp__db__query', {}, true],
  ['mcp__db', 'mcp__db__query', {}, true],
  ['mcp__db', 'mcp__dbx__query', {}, false],
  ['mcp__*__delete_*', 'mcp__db__delete_all', {}, true],
  ['Task(Explore)', 'Agent', { subagent_type: 'Explore' }, true],
  ['Agent(Explore)', 'Agent', { subagent_type: 'Plan' }, false],
  ['WebFetch(domain:example.com)', 'WebFetch', { url: 'https://example.com/x' }, true],
  ['WebFetch(domain:example.com)', 'WebFetch', { url: 'https://example.com.evil.org/' }, false],
  ['WebFetch(domain:*.example.com)', 'WebFetch', { url: 'https://a.example.com/' }, true],
  ['mcp__db__query(mode:write)', 'mcp__db__query', { mode: 'write' }, true],
  ['mcp__db__query(mode:write)', 'mcp__db__query', { mode: 'read' }, false],
])('%s and %s with %j: %s', async (rule, tool, input, wanted) => {
  expect(await fits(rule, tool, input)).toBe(wanted);
});
