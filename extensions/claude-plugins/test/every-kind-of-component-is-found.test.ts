import { join } from 'node:path';
import { Agents, HookHandlers, LspServers, McpServers, OutputStyles, Skills } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { fixtures, setUp } from './setup.ts';

/** A variable that stays as it is written. */
const variable = (name: string) => `\${${name}}`;

const all = { flags: { 'plugin-dir': [fixtures] }, expectDiagnostics: ['LOG'] } as const;

test('a folder of plugins: each has its components, by kind', async () => {
  const { plugins } = await setUp(all);
  const found = Object.fromEntries(plugins.list().map(({ name, components }) => [name, components]));
  expect(found).toEqual({
    agents: { agents: ['agents:odd', 'agents:critic', 'agents:team:tester'] },
    'circle-a': {},
    'circle-b': {},
    'commands-by-name': { commands: ['commands-by-name:about', 'commands-by-name:greet'] },
    'commands-by-path': { commands: ['commands-by-path:one', 'commands-by-path:two'] },
    'commands-in-folders': {
      commands: ['commands-in-folders:git:deep:blame', 'commands-in-folders:git:log', 'commands-in-folders:tidy'],
    },
    'default-agent': { agents: ['default-agent:host'] },
    depends: {},
    'hooks-by-path': { hooks: ['PostToolUse'] },
    'hooks-in-file': { hooks: ['SessionStart', 'PreToolUse', 'NoSuchEvent'] },
    'hooks-inline': { hooks: ['Stop'] },
    'hooks-without-wrapper': {},
    lsp: { lspServers: ['plugin:lsp:words'] },
    'mcp-bare': { mcpServers: ['plugin:mcp-bare:search'] },
    'mcp-inline': { mcpServers: ['plugin:mcp-inline:inline'] },
    'mcp-wrapped': { mcpServers: ['plugin:mcp-wrapped:notes'] },
    'needs-later-version': {},
    'no-manifest': { commands: ['no-manifest:here'] },
    'open-layout': { skills: ['open-layout:plain'], mcpServers: ['plugin:open-layout:open'] },
    'parts-not-supported': { mcpServers: ['plugin:parts-not-supported:talk'] },
    programs: {},
    'skill-at-root': { skills: ['skill-at-root:skill-at-root'] },
    'skills-added': { skills: ['skills-added:usual', 'skills-added:another', 'skills-added:single'] },
    'skills-in-folders': { skills: ['skills-in-folders:coffee', 'skills-in-folders:quiet'] },
    styles: { outputStyles: ['styles:pirate'] },
    'user-config': {
      commands: ['user-config:where'],
      hooks: ['Stop'],
      mcpServers: ['plugin:user-config:region'],
    },
  });
  expect(plugins.defaultAgent).toBe('default-agent:host');
  expect(
    plugins.list().every(({ id, name, scope, enabled }) => id === `${name}@inline` && scope === 'inline' && enabled),
  ).toBe(true);
});

test('what is wrong is in the report, and the rest takes part', async () => {
  const { plugins } = await setUp(all);
  const problems = Object.fromEntries(
    plugins
      .list()
      .flatMap(({ name, loaded, problems: list }) =>
        list.length === 0
          ? []
          : [[name, [loaded, ...list.map((one) => `${one.severity} ${one.type}: ${one.message}`)]]],
      ),
  );
  expect(problems).toEqual({
    agents: [
      true,
      expect.stringMatching(
        /^warning front-matter: its front matter is not YAML: .*; it is loaded under the name of its file$/,
      ),
      'warning front-matter: permissionMode: an agent of a plugin may not set this; it is ignored',
    ],
    'circle-a': [true, 'error dependency: it depends on itself: circle-a -> circle-b -> circle-a'],
    'circle-b': [true, 'error dependency: it depends on itself: circle-b -> circle-a -> circle-b'],
    depends: [true, 'error dependency: it depends on the plugin nowhere, which is not there or switched off'],
    'hooks-without-wrapper': [
      false,
      expect.stringMatching(/^error manifest: hooks\/hooks\.json: must hold its events in an object "hooks"/),
    ],
    lsp: [true, 'error lsp: the server broken needs "command" and "extensionToLanguage"; it is skipped'],
    'needs-later-version': [false, expect.stringMatching(/^error engine: it needs claude-code >=99/)],
    'parts-not-supported': [
      true,
      ...['workflows', 'themes', 'monitors', 'channels'].map(
        (what) => `warning unsupported: ${what} are not supported yet; they are passed over`,
      ),
    ],
    'user-config': [
      true,
      'error user-config: the option size has no value and is required; set pluginConfigs in your settings',
      expect.stringMatching(
        /^error hooks: Stop\[0\]\.hooks\[0\]: \$\{user_config\.region\} cannot stand in the text of a shell/,
      ),
    ],
  });
});

test('lists need no text, and items say everything', async () => {
  const { h } = await setUp(all);
  const declared = h.kernel.declared(Skills).find(({ name }) => name === 'commands-in-folders:tidy');
  expect(declared).toEqual({
    name: 'commands-in-folders:tidy',
    description: 'Tidies a folder',
    argumentHint: '[folder]',
    command: true,
    owner: 'claude:commands-in-folders',
    origin: {
      kind: 'plugin',
      trusted: true,
      file: join(fixtures, 'commands-in-folders/commands/tidy.md'),
      plugin: expect.objectContaining({ id: 'commands-in-folders@inline', version: '1.0.0' }),
    },
  });
  const state = () =>
    h.kernel.extensions.list().find(({ manifest }) => manifest.id === 'claude:commands-in-folders')?.state;
  expect(state()).toBe('idle');
  const tidy = await h.kernel.item(Skills, 'commands-in-folders:tidy');
  expect(tidy).toMatchObject({
    allowedTools: ['Bash(ls:*)', 'Bash(mkdir -p:*)'],
    folder: join(fixtures, 'commands-in-folders/commands'),
  });
  expect((await tidy!.body()).trim()).toBe('Tidy up $ARGUMENTS.');
  expect(state()).toBe('active');
});

test('the fields of skills', async () => {
  const { h } = await setUp(all);
  const item = (name: string) => h.kernel.item(Skills, name);
  expect(await item('skills-in-folders:coffee')).toMatchObject({
    description: 'Makes coffee',
    whenToUse: 'when somebody is tired',
    modelInvocable: false,
    folder: join(fixtures, 'skills-in-folders/skills/brew'),
  });
  expect(await item('skills-in-folders:quiet')).toMatchObject({
    userInvocable: false,
    paths: ['src/**', '*.md'],
    fork: true,
    agent: 'Explore',
  });
  expect(await item('commands-in-folders:git:deep:blame')).toMatchObject({ description: 'Who changed this' });
  expect(await item('commands-by-name:about')).toMatchObject({ description: 'Tells what this is', command: true });
  const greet = await item('commands-by-name:greet');
  expect(greet).toMatchObject({ argumentHint: '<name>', origin: { kind: 'plugin' } });
  expect(await greet!.body()).toBe('Say hello to $ARGUMENTS.');
});

test('the fields of agents, styles, handlers and servers', async () => {
  const { h } = await setUp(all);
  const critic = await h.kernel.item(Agents, 'agents:critic');
  expect(critic).toMatchObject({
    description: 'Reviews changes',
    tools: ['Read', 'Grep', 'Bash(git diff:*)'],
    model: 'haiku',
  });
  expect(critic).not.toHaveProperty('permissionMode');
  expect((await critic!.prompt()).trim()).toBe('You review.');
  const pirate = await h.kernel.item(OutputStyles, 'styles:pirate');
  expect(pirate).toMatchObject({ description: 'Speaks like a pirate', keepCodingInstructions: true });
  expect((await pirate!.body()).trim()).toBe('Answer like a pirate.');
  const declared = h.kernel.declared(HookHandlers).filter(({ owner }) => owner === 'claude:hooks-in-file');
  expect(declared).toEqual([
    { name: 'plugin:hooks-in-file:SessionStart:0:0', event: 'SessionStart', owner: 'claude:hooks-in-file' },
    { name: 'plugin:hooks-in-file:PreToolUse:0:0', event: 'PreToolUse', owner: 'claude:hooks-in-file' },
    { name: 'plugin:hooks-in-file:NoSuchEvent:0:0', event: 'NoSuchEvent', owner: 'claude:hooks-in-file' },
  ]);
  expect(await h.kernel.item(HookHandlers, 'plugin:hooks-in-file:PreToolUse:0:0')).toMatchObject({
    matcher: 'Bash',
    handler: { type: 'command', command: 'sh', args: [`${variable('CLAUDE_PLUGIN_ROOT')}/check.sh`], timeout: 5 },
    origin: { plugin: { root: join(fixtures, 'hooks-in-file') } },
  });
  expect(await h.kernel.item(McpServers, 'plugin:mcp-wrapped:notes')).toMatchObject({
    config: {
      command: join(fixtures, 'mcp-wrapped/server.mjs'),
      args: ['--data', h.home.path('.claude/plugins/data/mcp-wrapped-inline')],
      env: { TOKEN: variable('NOTES_TOKEN:-none') },
    },
  });
  expect(await h.kernel.item(LspServers, 'plugin:lsp:words')).toMatchObject({
    config: { command: 'words-language-server', extensionToLanguage: { '.txt': 'plaintext' } },
  });
});
