import { HookHandlers, McpServers, Skills } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { setUp } from './setup.ts';

/** `${name}` as it stands in a file. */
const v = (name: string) => `\${${name}}`;

const files = {
  '.claude-plugin/plugin.json': JSON.stringify({
    name: 'p',
    userConfig: {
      region: { type: 'string', default: 'north' },
      secret: { type: 'string', sensitive: true },
      size: { type: 'number', min: 1, max: 9, default: 3 },
      tags: { type: 'string', multiple: true },
      on: { type: 'boolean' },
    },
  }),
  'commands/a.md': [
    ...['CLAUDE_PLUGIN_ROOT', 'CLAUDE_PLUGIN_DATA', 'CLAUDE_PROJECT_DIR', 'CLAUDE_SKILL_DIR', 'X:-.'],
    ...['user_config.region', 'user_config.secret', 'user_config.size', 'user_config.tags', 'user_config.none'],
  ]
    .map(v)
    .join('\n'),
  'commands/rules.md': `---
allowed-tools: Bash(${v('CLAUDE_PLUGIN_ROOT')}/run.sh:*), Read(${v('CLAUDE_PLUGIN_DATA')}/**), Bash(${v('user_config.region')})
---
`,
  '.mcp.json': JSON.stringify({
    s: {
      command: `${v('CLAUDE_PLUGIN_ROOT')}/serve`,
      args: [v('user_config.secret'), v('HOME')],
      headersHelper: `${v('CLAUDE_PLUGIN_ROOT')}/h ${v('user_config.secret')}`,
    },
  }),
  'hooks/hooks.json': JSON.stringify({
    hooks: { Stop: [{ hooks: [{ type: 'command', command: `${v('CLAUDE_PLUGIN_ROOT')}/x` }] }] },
  }),
};
const settings = (options: object) => ({ pluginConfigs: { 'p@inline': { options } } });

async function plugin(options: object, more: Parameters<typeof setUp>[0] = {}) {
  const folder = await tempProject({ files });
  const { h, plugins } = await setUp({ flags: { 'plugin-dir': [folder.dir] }, config: settings(options), ...more });
  return { h, folder, report: plugins.list()[0]! };
}

test('in a text: the folders and what is no secret, and nothing that belongs to others', async () => {
  const { h, folder } = await plugin({ secret: 's3cret', tags: ['a', 'b'], size: '7' });
  const body = await (await h.kernel.item(Skills, 'p:a'))!.body();
  expect(body.split('\n')).toEqual([
    folder.dir,
    h.home.path('.claude/plugins/data/p-inline'),
    ...['CLAUDE_PROJECT_DIR', 'CLAUDE_SKILL_DIR', 'X:-.'].map(v),
    'north',
    v('user_config.secret'),
    '7',
    'a,b',
    v('user_config.none'),
  ]);
});

test('in permission rules: the folders, and nothing that the user answered', async () => {
  const { h, folder } = await plugin({});
  expect((await h.kernel.item(Skills, 'p:rules'))?.allowedTools).toEqual([
    `Bash(${folder.dir}/run.sh:*)`,
    `Read(${h.home.path('.claude/plugins/data/p-inline')}/**)`,
    `Bash(${v('user_config.region')})`,
  ]);
});

test('servers get secrets too, but not the program that makes their headers', async () => {
  const { h, folder } = await plugin({ secret: 's3cret' });
  expect((await h.kernel.item(McpServers, 'plugin:p:s'))?.config).toEqual({
    command: `${folder.dir}/serve`,
    args: ['s3cret', v('HOME')],
    headersHelper: `${folder.dir}/h ${v('user_config.secret')}`,
  });
});

test('commands of hooks stay as they are written, with what they need to be filled in beside them', async () => {
  const { h, folder } = await plugin({ secret: 's3cret' });
  expect(await h.kernel.item(HookHandlers, 'plugin:p:Stop:0:0')).toMatchObject({
    handler: { command: `${v('CLAUDE_PLUGIN_ROOT')}/x` },
    origin: {
      plugin: {
        id: 'p@inline',
        root: folder.dir,
        options: { region: 'north', secret: 's3cret', size: 3 },
        sensitive: ['secret'],
      },
    },
  });
});

test('secrets that are kept in a file count', async () => {
  const { h } = await plugin(
    {},
    {
      homeFiles: { '.claude/.credentials.json': JSON.stringify({ pluginSecrets: { 'p@inline': { secret: 'kept' } } }) },
    },
  );
  expect(await h.kernel.item(HookHandlers, 'plugin:p:Stop:0:0')).toMatchObject({
    origin: { plugin: { options: { secret: 'kept' } } },
  });
});

test.each([
  [{ size: 99 }, 'the option size must be at most 9; it counts as not given'],
  [{ size: 'x' }, 'the option size must be a number; it counts as not given'],
  [{ on: 'perhaps' }, 'the option on must be true or false; it counts as not given'],
  [{ region: 7 }, 'the option region must be a text; it counts as not given'],
])('an answer that makes no sense is said, and the plugin takes part: %j', async (options, message) => {
  const { report } = await plugin(options, { expectDiagnostics: ['LOG'] });
  expect(report).toMatchObject({ loaded: true, problems: [{ type: 'user-config', message }] });
});

test('a project has no say, trusted or not', async () => {
  const { h } = await plugin(
    {},
    {
      flags: { 'plugin-dir': [(await tempProject({ files })).dir], trust: true },
      files: { '.claude/settings.json': JSON.stringify(settings({ region: 'project' })) },
    },
  );
  expect(await (await h.kernel.item(Skills, 'p:a'))!.body()).toContain('north');
});
