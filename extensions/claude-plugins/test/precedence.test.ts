import { mkdir } from 'node:fs/promises';
import { Agents, OutputStyles, Skills } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { markdown, setUp } from './setup.ts';

const agent = (text: string) => markdown(`name: same\ndescription: ${text}`);

test('skills of the user come before those of the project, agents and styles the other way round', async () => {
  const { h, plugins } = await setUp({
    homeFiles: {
      '.claude/skills/same/SKILL.md': markdown('description: user'),
      '.claude/agents/a.md': agent('user'),
      '.claude/output-styles/same.md': markdown('description: user'),
      '.claude/skills/own/SKILL.md': 'Own.',
    },
    files: {
      '.claude/skills/same/SKILL.md': markdown('description: project'),
      '.claude/agents/a.md': agent('project'),
      '.claude/output-styles/same.md': markdown('description: project'),
    },
  });
  const said = (list: readonly { readonly name: string; readonly description?: string }[]) =>
    list.filter(({ name }) => name === 'same').map(({ description }) => description);
  expect(said(h.kernel.declared(Skills))).toEqual(['user']);
  expect(said(h.kernel.declared(Agents))).toEqual(['project']);
  expect(said(h.kernel.declared(OutputStyles))).toEqual(['project']);
  expect((await h.kernel.item(Skills, 'same'))?.origin).toMatchObject({ kind: 'user', trusted: true });
  const [user, project] = plugins.folders();
  expect(project?.problems).toEqual([
    {
      type: 'name-taken',
      severity: 'warning',
      file: 'skills/same/SKILL.md',
      message: `same is hidden by that of ${user?.path}`,
    },
  ]);
  expect(user?.problems.map(({ file }) => file)).toEqual(['agents/a.md', 'output-styles/same.md']);
});

test('a skill comes before a command of its name, wherever they are', async () => {
  const { h } = await setUp({
    homeFiles: { '.claude/commands/same.md': 'Command of the user.' },
    files: { '.claude/skills/same/SKILL.md': 'Skill of the project.', '.claude/commands/a/b.md': 'Nested.' },
  });
  expect(h.kernel.declared(Skills).map(({ name, command }) => [name, command])).toEqual([
    ['same', undefined],
    ['a:b', true],
  ]);
});

test('in a folder of a repository all folders up to its top count, the nearest first, and none above it', async () => {
  const outer = await tempProject({
    files: {
      '.claude/agents/outer.md': markdown('name: outer\ndescription: x'),
      'repo/.claude/agents/a.md': agent('top'),
      'repo/.claude/agents/top.md': markdown('name: top\ndescription: x'),
      'repo/apps/web/.claude/agents/a.md': agent('web'),
    },
  });
  await mkdir(outer.path('repo/.git'));
  const { h } = await setUp();
  Object.assign(h.host, { cwd: outer.path('repo/apps/web') });
  const { discover } = await import('../discovery.ts');
  const { parts } = await discover(apiOf(), h.host, { dirs: [] });
  const agents = parts.flatMap(({ groups }) => groups.flatMap((group) => group.agents));
  expect(agents.map(({ name, description }) => `${name}: ${description}`)).toEqual(['same: web', 'top: x']);
});

test('folders of --add-dir count', async () => {
  const other = await tempProject({ files: { '.claude/commands/there.md': 'There.' } });
  const { h } = await setUp({ flags: { 'add-dir': [other.dir] } });
  expect(h.kernel.declared(Skills)).toMatchObject([{ name: 'there', origin: { kind: 'project', trusted: false } }]);
});

test("in the home folder, the project's folder is the user's own", async () => {
  const { h } = await setUp({ homeFiles: { '.claude/commands/mine.md': 'Mine.' } });
  Object.assign(h.host, { cwd: h.home.dir });
  const { discover } = await import('../discovery.ts');
  const { folders } = await discover(apiOf(), h.host, { dirs: [] });
  expect(folders).toMatchObject([{ scope: 'user', trusted: true, components: { commands: ['mine'] } }]);
});

/** An extension that has nobody to ask. */
function apiOf() {
  return { has: () => false, log: { warn: () => {} } } as never;
}
