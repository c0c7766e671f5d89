import type { CliFlag, Manifest, PluginVerbDeclaration } from 'tenon/plugin-api';

const flags = [
  {
    name: '--plugin-dir',
    value: 'string',
    repeat: true,
    placeholder: 'path',
    description:
      "A plugin in Claude's format for this run: its folder, a .zip, or a folder of plugins; may be repeated",
  },
  {
    name: '--plugin-dir-no-mcp',
    value: 'string',
    repeat: true,
    placeholder: 'path',
    hidden: true,
    description: 'The same without its MCP servers',
  },
  {
    name: '--plugin-url',
    value: 'string',
    repeat: true,
    placeholder: 'url',
    description: 'A plugin in a .zip at an https address, fetched for this run; may be repeated',
  },
  {
    name: '--bare',
    value: 'boolean',
    description:
      'Leave out hooks, installed plugins, instruction files, and the skills, agents and styles of user and project',
  },
  {
    name: '--safe-mode',
    value: 'boolean',
    description:
      'The same, and without --plugin-dir and --plugin-url: to start when a plugin or hook keeps the program from working',
  },
  { name: '--strict', value: 'boolean', description: 'For plugin validate: warnings are errors' },
] as const satisfies readonly CliFlag[];

const verb = {
  name: 'validate',
  description: "Check a plugin or marketplace in Claude's format",
  usage: '[path] [--strict] [--json]',
} as const satisfies PluginVerbDeclaration;

/** Where something may be to read: nothing else of this extension is loaded while all of them are missing. */
const places = [
  ...['skills', 'commands', 'agents', 'output-styles', 'settings.json', 'plugins/installed_plugins.json'].map(
    (path) => `user:${path}` as const,
  ),
  ...['skills', 'commands', 'agents', 'output-styles', 'settings.json', 'settings.local.json'].map(
    (path) => `above:${path}` as const,
  ),
  'managed:',
  ...['--plugin-dir', '--plugin-dir-no-mcp', '--plugin-url', '--settings', '--add-dir'].map(
    (name) => `flag:${name}` as const,
  ),
  'env:CLAUDE_CODE_PLUGIN_SEED_DIR',
  'env:CLAUDE_CODE_PLUGIN_CACHE_DIR',
];

export const manifest = {
  id: 'claude-plugins',
  version: '0.1.0',
  api: 1,
  description: "Plugins in Claude's format, and the skills, commands, agents, styles and hooks of user and project",
  requires: ['host@1', 'extensions@1'],
  optional: ['cli@1', 'config@1', 'trust@1', 'loop@1'],
  provides: ['plugins@1'],
  taps: ['ExtensionDiscovery', 'ConfigChange', 'PostToolUse'],
  fires: ['PointChanged'],
  dormantWithout: places,
  contributes: { cli: flags, 'plugin-verbs': [verb] },
} as const satisfies Manifest;
