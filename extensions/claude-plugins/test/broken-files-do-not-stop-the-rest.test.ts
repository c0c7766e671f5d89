import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Agents, HookHandlers, Skills } from 'tenon/plugin-api';
import { type TempProject, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { markdown, setUp, warnings } from './setup.ts';

const manifest = '.claude-plugin/plugin.json';

async function plugin(
  files: Record<string, string>,
  prepare: (folder: TempProject) => Promise<unknown> = async () => {},
) {
  const folder = await tempProject({ files: { [manifest]: '{"name":"p"}', ...files } });
  await prepare(folder);
  const { h, plugins } = await setUp({ flags: { 'plugin-dir': [folder.dir] }, strict: false });
  const [report] = plugins.list();
  const problems = report!.problems.map(({ file, message }) => `${file ?? ''}: ${message}`);
  return { h, report: report!, problems, folder, skill: (name: string) => h.kernel.item(Skills, name) };
}

test('a skill with broken YAML is loaded without fields', async () => {
  const { skill, problems } = await plugin({
    'skills/a/SKILL.md': markdown('name: b\nbad: : :\n  - x', 'First lines\nhere.\n\nMore.'),
  });
  expect(await skill('p:a')).toMatchObject({ description: 'First lines here.' });
  expect(problems).toEqual([
    expect.stringMatching(/^skills\/a\/SKILL\.md: its front matter is not YAML: .* loaded without any fields$/),
  ]);
});

test.each([
  ['commands/c.md', 'hooks: &h {x: *h}'],
  ['agents/c.md', 'name: c\ndescription: d\nhooks: &h {x: *h}'],
  ['skills/c/SKILL.md', 'hooks:\n  a: &a\n    b: *a'],
])(
  '%s with YAML that holds itself (%s) takes nothing else along: hooks of the settings are there',
  async (file, fields) => {
    const { h } = await setUp({
      files: { [`.claude/${file}`]: markdown(fields) },
      homeFiles: {
        '.claude/settings.json': JSON.stringify({
          hooks: { PreToolUse: [{ hooks: [{ type: 'command', command: 'exit 2' }] }] },
        }),
      },
      bundled: ['trust', 'config'],
      strict: false,
    });
    expect(h.kernel.declared(HookHandlers).map(({ name }) => name)).toEqual(['user:PreToolUse:0:0']);
  },
);

test.each([
  ['a byte order mark', `\ufeff${markdown('description: D')}`],
  ['line ends of Windows', markdown('description: D').replaceAll('\n', '\r\n')],
  ['blanks after the dashes', markdown('description: D').replaceAll('---', '---  ')],
])('%s', async (_, text) => {
  const { skill, problems } = await plugin({ 'commands/a.md': text });
  const item = await skill('p:a');
  expect(item?.description).toBe('D');
  expect((await item!.body()).trim()).toBe('Body.');
  expect(problems).toEqual([]);
});

test.each([
  ['no end', '---\ndescription: D\n\nText.', '--- description: D'],
  ['nothing in it', '---\n---\nText.', 'Text.'],
  ['a list', '---\n- a\n---\nText.', 'Text.'],
  ['nothing at all', '', ''],
])('a front matter with %s', async (_, text, description) => {
  const { skill } = await plugin({ 'commands/a.md': text });
  expect(await skill('p:a')).toMatchObject({ description });
});

test.each([
  ['yes', false],
  ['on', false],
  ['1', false],
  ['"true"', false],
  ['no', undefined],
  ['off', undefined],
  ['0', undefined],
  ['maybe', undefined],
])('disable-model-invocation: %s', async (value, expected) => {
  const { skill } = await plugin({ 'commands/a.md': markdown(`disable-model-invocation: ${value}`) });
  expect((await skill('p:a'))?.modelInvocable).toBe(expected);
});

test.each([
  ['Bash(git add:*), Bash(git status:*)', ['Bash(git add:*)', 'Bash(git status:*)']],
  ['Read Grep Bash(ls -l *)', ['Read', 'Grep', 'Bash(ls -l *)']],
  ['[Read, "Bash(a, b)"]', ['Read', 'Bash(a, b)']],
  ['Edit(src/{a,b}/**) Read', ['Edit(src/{a,b}/**)', 'Read']],
])('allowed-tools: %s', async (value, expected) => {
  const { skill } = await plugin({ 'commands/a.md': markdown(`allowed-tools: ${value}`) });
  expect((await skill('p:a'))?.allowedTools).toEqual(expected);
});

test('a text that is not UTF-8 is read and said', async () => {
  const { skill, problems } = await plugin({}, (folder) =>
    mkdir(folder.path('commands')).then(() =>
      writeFile(folder.path('commands/a.md'), Buffer.from('---\ndescription: caf\xe9\n---\n', 'latin1')),
    ),
  );
  expect((await skill('p:a'))?.description).toBe('caf\ufffd');
  expect(problems).toEqual(['commands/a.md: is not UTF-8; the characters that make no sense are replaced']);
});

test('a file of ten megabytes is a skill by its first lines, and its text is refused by name', async () => {
  const { skill } = await plugin({ 'commands/a.md': `${markdown('description: D')}${'x'.repeat(10_000_000)}` });
  const item = await skill('p:a');
  expect(item?.description).toBe('D');
  await expect(item!.body()).rejects.toThrow(/commands\/a\.md is larger than 10000000 bytes/);
});

test('a manifest of ten megabytes fails, and says so', async () => {
  const { report } = await plugin({ [manifest]: `{"name":"p","description":"${'x'.repeat(10_000_000)}"}` });
  expect(report).toMatchObject({ loaded: false, components: {} });
  expect(report.problems[0]?.message).toMatch(/plugin\.json: is larger than 10000000 bytes/);
});

test.each([
  ['not JSON', '{"name": }', /line 1, column 10: expected a value/],
  ['a list', '[]', /must hold an object/],
  ['no name', '{"version":"1"}', /name: must be a text, got nothing/],
  ['a name with a blank', '{"name":"my plugin"}', /must not hold blanks/],
  ['a pattern for a name', '{"name":"a*"}', /must be letters/],
  ['a version that is a number', '{"name":"p","version":1}', /version: must be a text, got 1/],
  ['hooks that are a number', '{"name":"p","hooks":1}', /hooks: must be a path/],
  ['a bundle that is missing', '{"name":"p","mcpServers":"./a.mcpb"}', /no bundle at \.\/a\.mcpb/],
])('a manifest with %s: nothing of the plugin takes part', async (_, text, message) => {
  const { report, h } = await plugin({ [manifest]: text, 'commands/a.md': 'A' });
  expect(report).toMatchObject({ enabled: true, loaded: false });
  expect(report.problems[0]?.message).toMatch(message);
  expect(warnings(h)).toEqual([expect.stringMatching(message)]);
});

test.each([
  ['leads out', '"../x"', /must not lead out/],
  ['has no ./', '"cmds/"', /must begin with \.\//],
  ['is missing', '"./gone"', /there is nothing at \.\/gone/],
])('a path that %s is left out, and the rest takes part', async (_, path, message) => {
  const { report } = await plugin({ [manifest]: `{"name":"p","commands":${path}}`, 'skills/a/SKILL.md': 'A' });
  expect(report).toMatchObject({ loaded: true, components: { skills: ['p:a'] } });
  expect(report.problems[0]?.message).toMatch(message);
});

test('links: within the plugin they are followed, out of it they are not, and circles end', async () => {
  const outside = await tempProject({ files: { 'SKILL.md': markdown('description: outside'), 'x.md': 'x' } });
  const { report, problems } = await plugin(
    { 'skills/real/SKILL.md': markdown('description: real'), 'commands/a.md': 'a' },
    async (folder) => {
      await symlink(folder.path('skills/real'), folder.path('skills/inside'));
      await symlink(outside.dir, folder.path('skills/outside'));
      await symlink(outside.path('x.md'), folder.path('commands/x.md'));
      await symlink('.', folder.path('commands/circle'));
      await symlink('self', folder.path('commands/self'));
    },
  );
  expect(report.components).toEqual({ commands: ['p:a'], skills: ['p:inside', 'p:real'] });
  expect(problems.filter((text) => text.includes('is not followed'))).toHaveLength(2);
});

test('pipes and devices do not make it wait', async () => {
  const { report, problems } = await plugin({ 'commands/a.md': 'a' }, async (folder) => {
    execFileSync('mkfifo', [folder.path('commands/pipe.md')]);
    await mkdir(folder.path('skills/zero'), { recursive: true });
    await symlink('/dev/zero', folder.path('skills/zero/SKILL.md'));
    await symlink('/dev/zero', folder.path('.mcp.json'));
  });
  expect(report.components).toEqual({ commands: ['p:a'] });
  expect(problems).toContain('commands/pipe.md: is neither a file nor a folder; it is passed over');
});

test('a link that is changed after the start leads nowhere', async () => {
  const { skill, folder } = await plugin({ 'commands/a.md': 'a' });
  const item = await skill('p:a');
  const outside = await tempProject({ files: { 'secret.md': 'secret' } });
  const file = folder.path('commands/a.md');
  await writeFile(file, '');
  execFileSync('ln', ['-sf', outside.path('secret.md'), file]);
  await expect(item!.body()).rejects.toThrow(/is a link to .*secret\.md, outside of/);
  execFileSync('rm', [file]);
  await expect(item!.body()).rejects.toThrow(`${file} is gone`);
});

test('one malformed handler is left out alone', async () => {
  const hooks = {
    hooks: {
      Stop: [
        { hooks: [{ type: 'command', command: 'true' }, { type: 'command' }, { type: 'dance' }, 7] },
        { hooks: 'x' },
      ],
      PreToolUse: 'nonsense',
      SessionEnd: [{ matcher: 3, hooks: [] }, { hooks: [{ type: 'command', command: 'x', if: 7 }] }],
    },
  };
  const { report, problems } = await plugin({ 'hooks/hooks.json': JSON.stringify(hooks) });
  expect(report.components).toEqual({ hooks: ['Stop'] });
  expect(problems).toEqual([
    ': Stop[0].hooks[1]: a handler of type command needs "command", a text; it is left out',
    expect.stringMatching(/^: Stop\[0\]\.hooks\[2\]: the type "dance" is not one of/),
    ': Stop[0].hooks[3]: must be an object with "type"; it is left out',
    ': Stop[1]: must be an object with "hooks", a list; it is left out',
    expect.stringMatching(/^: PreToolUse: must be a list of groups/),
    ': SessionEnd[0]: "matcher" must be a text; it is left out',
    ': SessionEnd[1].hooks[0]: "if" must be a text, one permission rule; it is left out',
  ]);
});

test("agents of a project that are not whole are skipped, and are in the folder's report", async () => {
  const { h, plugins } = await setUp({
    files: {
      '.claude/agents/good.md': markdown('name: good\ndescription: Good'),
      '.claude/agents/deep/er/too.md': markdown('name: too\ndescription: Too'),
      '.claude/agents/no-name.md': markdown('description: x'),
      '.claude/agents/no-description.md': markdown('name: x'),
      '.claude/agents/dash.md': markdown('name: -x\ndescription: x'),
      '.claude/agents/colon.md': markdown('name: "a:b"\ndescription: x'),
      '.claude/agents/broken.md': markdown('name: [x\ndescription: x'),
    },
  });
  expect(h.kernel.declared(Agents).map(({ name }) => name)).toEqual(['too', 'good']);
  const [folder] = plugins.folders();
  expect(folder?.problems.map(({ file }) => file)).toEqual([
    'agents/broken.md',
    'agents/colon.md',
    'agents/dash.md',
    'agents/no-description.md',
    'agents/no-name.md',
  ]);
  // nobody is bothered with it
  expect(warnings(h)).toEqual([]);
});

test('a folder that cannot be written keeps nothing, and everything works', async () => {
  const { h, plugins } = await setUp({
    files: { '.claude/commands/a.md': 'a' },
    homeFiles: { '.claude/tenon': 'a file' },
    expectDiagnostics: ['LOG'],
  });
  expect(plugins.folders()[0]?.components).toEqual({ commands: ['a'] });
  expect(warnings(h)[0]).toMatch(/plugins-index\.json cannot be written/);
  expect(dirname(join(h.home.dir, 'x'))).toBe(h.home.dir);
});
