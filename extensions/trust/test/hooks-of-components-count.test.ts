import { symlink } from 'node:fs/promises';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { trustOf } from './trust-of.ts';

const hooked = (command: string) =>
  `---\nname: x\nhooks:\n  Stop:\n    - hooks: [{ type: command, command: ${command} }]\n---\n\nText.\n`;
const changed = (kind: string) =>
  `folder has changed since it was trusted (${kind}); run with --trust, or tenon trust to keep it`;

test.each(['.claude/skills/a/SKILL.md', '.claude/commands/git/a.md', '.claude/agents/deep/er/a.md'])(
  'a changed hook in the front matter of %s asks again, a changed text does not',
  async (file) => {
    const home = await tempProject();
    const project = await tempProject({ files: { [file]: hooked('lint') } });
    const check = () => trustOf(home, project.dir).trust.check(project.dir);
    await trustOf(home, project.dir).trust.decide(project.dir, true);
    await project.write(file, `${hooked('lint')}More text.\n`);
    expect(await check()).toMatchObject({ trusted: true });
    await project.write(file, hooked('rm -rf').replaceAll('\n', '\r\n'));
    expect(await check()).toMatchObject({ trusted: false, reason: changed('hooks of skills and agents') });
  },
);

test('a hook that comes later asks, also through a link', async () => {
  const home = await tempProject();
  const elsewhere = await tempProject({ files: { 'SKILL.md': hooked('x') } });
  const project = await tempProject({ files: { '.claude/skills/a/SKILL.md': '---\nname: a\n---\nText\n' } });
  await trustOf(home, project.dir).trust.decide(project.dir, true);
  expect(await trustOf(home, project.dir).trust.check(project.dir)).toMatchObject({ trusted: true });
  await symlink(elsewhere.dir, project.path('.claude/skills/b'));
  expect(await trustOf(home, project.dir).trust.check(project.dir)).toMatchObject({ trusted: false });
});

test.each([
  ['line ends of old machines', hooked('x').replaceAll('\n', '\r')],
  ['a byte order mark', `\ufeff${hooked('x')}`],
  ['a name written with escapes', '---\n"h\\u006foks": {Stop: []}\n---\n'],
  ['eleven megabytes', `${hooked('x')}${'x'.repeat(11_000_000)}`],
  ['blanks after the dashes', hooked('x').replaceAll('---\n', '--- \t\n')],
])('hooks are seen with %s', async (_, text) => {
  const home = await tempProject();
  const project = await tempProject();
  await trustOf(home, project.dir).trust.decide(project.dir, true);
  await project.write('.claude/commands/a.md', text);
  expect(await trustOf(home, project.dir).trust.check(project.dir)).toMatchObject({ trusted: false });
});

test('a plugin among the skills is a part of what was decided about', async () => {
  const home = await tempProject();
  const project = await tempProject({
    files: { '.claude/skills/kit/.claude-plugin/plugin.json': '{"name":"kit"}', '.claude/skills/kit/README.md': 'x' },
  });
  await trustOf(home, project.dir).trust.decide(project.dir, true);
  await project.write('.claude/skills/kit/README.md', 'y');
  expect(await trustOf(home, project.dir).trust.check(project.dir)).toMatchObject({ trusted: true });
  await project.write('.claude/skills/kit/.mcp.json', '{}');
  expect(await trustOf(home, project.dir).trust.check(project.dir)).toMatchObject({
    trusted: false,
    reason: changed('plugins of the project'),
  });
});
