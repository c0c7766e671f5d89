import { expect, test } from 'vitest';
import headless from '../../../distros/headless.ts';
import { examining } from './examining.ts';

test('what takes part is counted, and what was left out is said with its file', async () => {
  const { part, code, problems, h } = await examining({
    distro: { ...headless, plugins: 'user' },
    homeFiles: {
      '.claude/agents/nameless.md': '---\ndescription: x\n---\nText',
      '.claude/skills/odd/SKILL.md': '---\ndescription: [\n---\nText',
      '.claude/skills/acme/.claude-plugin/plugin.json': '{"name":"acme","version":"1.0.0"}',
      '.claude/skills/acme/commands/a.md': 'Do it.',
      '.claude/skills/acme/.mcp.json': '{"s":{"command":"serve"}}',
      '.claude/skills/acme/themes/dark.json': '{}',
    },
    expectDiagnostics: [/MCP servers take no part yet/],
  });
  const user = h.home.path('.claude');
  expect(part('Plugins, skills and agents')).toEqual([
    'ok: acme@skills-dir 1.0.0: 1 command, 1 MCP server',
    'note: plugin acme@skills-dir: themes are not supported yet; they are passed over',
    `ok: ${user}: 1 skill`,
    expect.stringMatching(/^note: .*: skills\/odd\/SKILL\.md: its front matter is not YAML/),
    expect.stringMatching(/^problem: .*: agents\/nameless\.md: its front matter has no name; the agent is skipped/),
    'note: Tenon connects to no MCP servers yet: plugin:acme:s',
  ]);
  expect(problems).toEqual([expect.objectContaining({ fix: `correct it in ${user}` })]);
  expect(code).toBe(1);
});

test('a setup without any says so', async () => {
  const { part } = await examining();
  expect(part('Plugins, skills and agents')).toEqual(['ok: none']);
});
