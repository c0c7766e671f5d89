import { join } from 'node:path';
import { Plugins, Skills } from 'tenon/plugin-api';
import { callTool, createHarness, type Harness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { claudePlugins, markdown } from './setup.ts';

const skill = (text: string) => markdown(`description: ${text}`, text);

/** A session that reads these files, one after the other. */
async function reading(files: Readonly<Record<string, string>>, paths: readonly string[]): Promise<Harness> {
  const h = await createHarness({
    extensions: [claudePlugins],
    bundled: ['trust', 'builtin-tools', 'skills'],
    files,
    model: [...paths.map((path) => callTool('Read', { file_path: path })), say('end')],
    permissions: 'allow-all',
  });
  await h.prompt('go');
  return h;
}

const names = (h: Harness) => h.kernel.declared(Skills).map(({ name }) => name);

test('skills below the working directory take part once a file there is touched, and the model hears of them', async () => {
  const files = {
    '.claude/skills/deploy/SKILL.md': skill('of the top'),
    'apps/web/.claude/skills/deploy/SKILL.md': skill('of the web'),
    'apps/web/.claude/skills/paint/SKILL.md': skill('paints'),
    'apps/web/src/a.ts': 'a',
    'apps/other/.claude/skills/never/SKILL.md': skill('untouched'),
  };
  const h = await reading(files, ['apps/web/src/a.ts', 'apps/web/src/a.ts']);
  expect(names(h).sort()).toEqual(['apps/web:deploy', 'deploy', 'paint']);
  const item = await h.kernel.item(Skills, 'apps/web:deploy');
  expect((await item!.body()).trim()).toBe('of the web');
  expect(item!.folder).toBe(join(h.project.dir, 'apps/web/.claude/skills/deploy'));
  const [first, second, third] = h.requests.map(({ messages }) => JSON.stringify(messages));
  expect(first).toContain('of the top');
  expect(first).not.toContain('paints');
  expect(second).toContain('- apps/web:deploy: of the web');
  expect(third!.split('paints').length).toBe(2);
  const plugins = await h.kernel.use(Plugins);
  expect(plugins.folders().at(-1)).toMatchObject({ path: join(h.project.dir, 'apps/web/.claude'), trusted: false });
});

test('a reload keeps them and sees what changed', async () => {
  const files = { 'a/.claude/skills/one/SKILL.md': skill('first'), 'a/x.ts': 'x', '.claude/commands/c.md': 'C' };
  const h = await reading(files, ['a/x.ts']);
  const plugins = await h.kernel.use(Plugins);
  expect(await plugins.reload()).toEqual({ added: [], changed: [], removed: [] });
  await h.project.write('a/.claude/skills/one/SKILL.md', skill('second'));
  expect(await plugins.reload()).toMatchObject({ changed: ['claude-project-folder:a'] });
  expect(h.kernel.declared(Skills).map(({ description }) => description)).toContain('second');
});

test('packages of others and hidden copies are no folders of the project, and commands there take no part', async () => {
  const files = {
    '.claude/commands/c.md': 'C',
    'node_modules/p/.claude/skills/evil/SKILL.md': skill('evil'),
    'node_modules/p/a.js': 'a',
    'b/.claude/commands/d.md': 'D',
    'b/.claude/agents/e.md': markdown('description: e'),
    'b/b.ts': 'b',
  };
  const h = await reading(files, ['node_modules/p/a.js', 'b/b.ts']);
  expect(names(h)).toEqual(['c']);
});

test('the outer of two folders on the way comes first', async () => {
  const files = {
    '.claude/commands/c.md': 'C',
    'a/.claude/skills/one/SKILL.md': skill('outer'),
    'a/b/.claude/skills/one/SKILL.md': skill('inner'),
    'a/b/x.ts': 'x',
  };
  const h = await reading(files, ['a/b/x.ts']);
  expect(names(h)).toEqual(expect.arrayContaining(['one', 'a/b:one']));
  expect((await (await h.kernel.item(Skills, 'one'))!.body()).trim()).toBe('outer');
});
