import { expect, test } from 'vitest';
import type { AnyMapping } from '../event-mapping.ts';
import { mappingOf } from '../event-table.ts';
import { fitsMatcher, matcherProblem } from '../matcher.ts';

const fits = (event: string, matcher: string | undefined, subject: string) =>
  fitsMatcher(matcher, subject, mappingOf(event) as AnyMapping);

test.each([
  // everything
  [undefined, 'Bash', true],
  ['', 'Bash', true],
  ['*', 'Bash', true],
  // names
  ['Bash', 'Bash', true],
  ['bash', 'Bash', false],
  ['Bash', 'BashOutput', false],
  ['Edit|Write|MultiEdit', 'Write', true],
  ['Edit | Write', 'Write', true],
  ['Edit, Write', 'Edit', true],
  ['Edit,Write', 'NotebookEdit', false],
  ['mcp__memory', 'mcp__memory__read', false],
  ['mcp__memory__read', 'mcp__memory__read', true],
  ['mcp__brave-search__web', 'mcp__brave-search__web', true],
  // names that tools had before
  ['Task', 'Agent', true],
  ['MultiEdit', 'Edit', true],
  ['KillShell|BashOutput', 'TaskStop', true],
  ['task', 'Agent', false],
  ['^Task$', 'Agent', true],
  // regular expressions, which fit anywhere
  ['Edit.*', 'NotebookEdit', true],
  ['^Edit', 'NotebookEdit', false],
  ['mcp__memory__.*', 'mcp__memory__read', true],
  ['mcp__.*__write.*', 'mcp__fs__write_file', true],
  ['Bash(git:*)', 'Bash', false],
  ['.*', 'Bash', true],
  ['(', 'Bash', false],
])('tool matcher %j, %s: %s', (matcher, tool, wanted) => {
  expect(fits('PreToolUse', matcher, tool)).toBe(wanted);
});

test.each([
  ['SessionStart', 'startup|resume', 'resume', true],
  ['SessionStart', 'startup', 'clear', false],
  ['SubagentStart', 'acme:reviewer', 'acme:reviewer', true],
  ['StopFailure', 'rate_limit|overloaded', 'overloaded', true],
  // a comma is no separator there, so this is a regular expression
  ['StopFailure', 'rate_limit, overloaded', 'overloaded', false],
  ['FileChanged', '.env|package.json', '/p/.env', true],
  ['FileChanged', '.env|package.json', '/p/xenv', false],
  ['FileChanged', 'src/.env', '/p/src/.env', false],
  // events without a subject take no notice of it
  ['Stop', 'anything', '', true],
  ['UserPromptSubmit', 'no such thing', '', true],
])('%s matcher %j, %s: %s', (event, matcher, subject, wanted) => {
  expect(fits(event, matcher, subject)).toBe(wanted);
});

test('a regular expression that is none is named', () => {
  const mapping = mappingOf('PreToolUse') as AnyMapping;
  expect(matcherProblem('Bash(', mapping)).toContain('no valid regular expression');
  expect(matcherProblem('Bash(git:*)', mapping)).toBeUndefined();
});
