import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PluginVerbs } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { validate } from '../validate.ts';
import { fixtures, setUp } from './setup.ts';

async function check(files: Record<string, string>, strict = false) {
  const { dir } = await tempProject({ files });
  const { kind, valid, problems } = await validate(dir, strict);
  return { kind, valid, said: problems.map(({ severity, message }) => `${severity}: ${message}`) };
}
const manifest = (fields: object, files: Record<string, string> = {}, strict = false) =>
  check({ '.claude-plugin/plugin.json': JSON.stringify({ name: 'p', ...fields }), ...files }, strict);

test.each(readdirSync(fixtures).filter((name) => !/^(hooks-without-wrapper|lsp|user-config)$/.test(name)))(
  'the fixture %s is valid',
  async (name) => {
    expect(await validate(join(fixtures, name), false)).toMatchObject({ kind: 'plugin', valid: true });
  },
);

test.each<[object, RegExp]>([
  [{ name: undefined }, /name: must be a text, got nothing/],
  [{ name: 'a b' }, /must not hold blanks/],
  [{ author: 'me' }, /author: must be an object/],
  [{ author: {} }, /author\.name: must be a text/],
  [{ repository: { url: 'x' } }, /repository: must be a text/],
  [{ keywords: 'a' }, /keywords: must be a list of texts/],
  [{ defaultEnabled: 'yes' }, /defaultEnabled: must be true or false/],
  [{ commands: 'cmds/' }, /commands: "cmds\/" must begin with \.\//],
  [{ commands: './../x' }, /must not lead out/],
  [{ commands: { a: {} } }, /commands\.a: must be an object with "source" or "content"/],
  [{ agents: './agents/' }, /agents: "\.\/agents\/" must be a file that ends in \.md/],
  [{ hooks: './hooks.yaml' }, /hooks: .* must be a file that ends in \.json/],
  [{ mcpServers: './gone.mcpb' }, /no bundle/],
  [{ userConfig: { a: { type: 'colour' } } }, /userConfig\.a\.type: must be one of/],
  [{ userConfig: { 'a-b': { type: 'string' } } }, /userConfig\.a-b: its name must be letters/],
  [{ dependencies: { a: '1' } }, /dependencies: must be a list/],
  [{ dependencies: [{ version: '1' }] }, /dependencies\.0: must be a name/],
  [{ channels: [{}] }, /channels\.0: must be an object with "server"/],
  [{ engines: { 'claude-code': 2 } }, /engines\.claude-code: must be a text/],
])('%j is not valid', async (fields, message) => {
  const { valid, said } = await manifest(fields);
  expect(valid).toBe(false);
  expect(said.join('\n')).toMatch(message);
  expect(said[0]).toMatch(/^error: /);
});

test.each<[object, Record<string, string>, RegExp]>([
  [{ name: 'MyPlugin' }, {}, /should be lower-case words/],
  [{ surprise: 1 }, {}, /surprise: is not a known field; it is ignored/],
  [{ comands: './x' }, {}, /comands: is not a known field; it is ignored; did you mean commands\?/],
  [
    {},
    { 'hooks/hooks.json': '{"hooks":{"PostToolUze":[{"hooks":[{"type":"command","command":"true"}]}]}}' },
    /PostToolUze: there is no such event, so its hooks never run; did you mean PostToolUse\?/,
  ],
  [{ metadata: 1 }, {}, /metadata: must be an object/],
  [{ experimental: [] }, {}, /experimental: must be an object/],
  [{ commands: './x.md' }, { 'x.md': 'X', 'commands/y.md': 'Y' }, /takes the place of the folder commands/],
  [{}, { 'themes/a.json': '{}' }, /themes are not supported yet/],
  [{}, { 'commands/a.md': '---\na: [\n---\n' }, /not YAML/],
])('%j is valid with a warning, and not when that is asked for', async (fields, files, message) => {
  const loose = await manifest(fields, files);
  expect(loose).toMatchObject({ valid: true });
  expect(loose.said.join('\n')).toMatch(message);
  expect((await manifest(fields, files, true)).valid).toBe(false);
});

test.each<[object]>([
  [{ metadata: { a: 1 } }],
  [{ skills: './' }],
  [{ skills: ['.'] }],
  [{ mcpServers: './gone.json' }],
])('%j is valid', async (fields) => {
  expect(await manifest(fields, { 'SKILL.md': 'A' }, true)).toEqual({ kind: 'plugin', valid: true, said: [] });
});

test('a folder that is no plugin, and one that is not there', async () => {
  expect(await check({ 'README.md': 'x' })).toMatchObject({
    valid: false,
    said: [expect.stringMatching(/none of the usual folders/)],
  });
  expect(await validate('/no/such/folder', false)).toMatchObject({
    valid: false,
    problems: [{ type: 'not-a-plugin' }],
  });
  expect(await check({ '.claude-plugin/plugin.json': '{' })).toMatchObject({
    valid: false,
    said: [expect.stringMatching(/line 1/)],
  });
});

const marketplace = (fields: object, files: Record<string, string> = {}) =>
  check({
    '.claude-plugin/marketplace.json': JSON.stringify({ name: 'm', owner: { name: 'me' }, plugins: [], ...fields }),
    ...files,
  });

test.each<[object, RegExp | undefined]>([
  [{}, undefined],
  [{ plugins: [{ name: 'a', source: './a' }] }, undefined],
  [{ plugins: [{ name: 'a', source: 'a' }], metadata: { pluginRoot: './' } }, undefined],
  [{ plugins: [{ name: 'a', source: { source: 'github', repo: 'o/r' }, category: 'x', strict: false }] }, undefined],
  [
    { plugins: [{ name: 'a', source: { source: 'moon' } }] },
    /^warning: plugins\.0\.source: "moon" is not a known kind/,
  ],
  [{ name: undefined }, /name: must be a text/],
  [{ name: 'agent-skills' }, /is reserved/],
  [{ owner: 'me' }, /owner: must be an object/],
  [{ plugins: {} }, /plugins: must be a list/],
  [{ plugins: [{ name: 'a', source: './b' }] }, /there is no folder/],
  [{ plugins: [{ name: 'a', source: '../a' }] }, /must not lead out/],
  [{ plugins: [{ name: 'a', source: 'a' }] }, /must begin with/],
  [{ plugins: [{ name: 'a' }] }, /must be a path/],
  [{ plugins: [{ name: 'a', source: { source: 'npm' } }] }, /needs "package"/],
  [
    {
      plugins: [
        { name: 'a', source: './a' },
        { name: 'a', source: './a' },
      ],
    },
    /is there twice/,
  ],
])('a marketplace with %j', async (fields, message) => {
  const { kind, valid, said } = await marketplace(fields, { 'a/x.md': 'X' });
  expect(kind).toBe('marketplace');
  expect(said.join('\n')).toMatch(message ?? /^$/);
  expect(valid).toBe(!said.some((text) => text.startsWith('error')));
});

test('the verb prints, as text and as JSON, and gives the exit code', async () => {
  const { h } = await setUp({
    files: { 'p/.claude-plugin/plugin.json': '{"name":"P"}', 'bad/.claude-plugin/plugin.json': '{}' },
  });
  const verb = await h.kernel.item(PluginVerbs, 'validate');
  expect(await verb!.run(['p'], {})).toBe(0);
  expect(h.stdout).toBe(
    `plugin ${h.project.path('p')}\n  warning: .claude-plugin/plugin.json: name: "P" should be lower-case words with "-" between them\nvalid: 0 errors, 1 warning\n`,
  );
  expect(await verb!.run(['p'], { strict: true })).toBe(1);
  const before = h.stdout.length;
  expect(await verb!.run([h.project.path('bad', '.claude-plugin', 'plugin.json')], { json: true })).toBe(1);
  expect(JSON.parse(h.stdout.slice(before))).toMatchObject({
    command: 'validate',
    outcome: 'failed',
    kind: 'plugin',
    errors: [{ message: 'name: must be a text, got nothing' }],
  });
  await expect(verb!.run(['a', 'b'], {})).rejects.toThrow(/takes one path/);
});

test('names of files that would steer a terminal are shown, and make no line of their own', async () => {
  const { h } = await setUp({ files: { 'p/commands/a\n  valid\u001b[2J\u202e.md': 'hi' }, strict: false });
  const verb = await h.kernel.item(PluginVerbs, 'validate');
  await verb!.run(['p'], {});
  expect(h.stdout).toContain('commands/a\\u000a  valid\\u001b[2J\\u202e.md: the name');
  expect(h.stdout).not.toMatch(/\u001b|\u202e/);
});

test('a plugin that does not take part can be read', async () => {
  const { plugins, h } = await setUp();
  expect(await plugins.read(join(fixtures, 'skills-in-folders'))).toMatchObject({
    name: 'skills-in-folders',
    version: '1.0.0',
    components: { skills: ['skills-in-folders:coffee', 'skills-in-folders:quiet'] },
  });
  expect(await plugins.read(h.project.path('nothing'))).toMatchObject({ problems: [{ severity: 'error' }] });
});
