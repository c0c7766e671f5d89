import type { CliFlag, CommandDeclaration, Manifest, PluginVerbDeclaration } from 'tenon/plugin-api';

const flags = [
  { name: '--all', short: 'a', value: 'boolean', description: 'For plugin disable: all of them' },
  {
    name: '--available',
    value: 'boolean',
    description: 'For plugin list: what can be installed',
  },
  {
    name: '--marketplace',
    value: 'string',
    placeholder: 'source',
    description: 'For plugin install: add it first',
  },
  {
    name: '--config',
    value: 'string',
    repeat: true,
    placeholder: 'key=value',
    description: 'For plugin install: an option of the plugin; may be repeated',
  },
  {
    name: '--sparse',
    value: 'string',
    repeat: true,
    placeholder: 'folder',
    description: 'For plugin marketplace add: fetch only this folder; may be repeated',
  },
  { name: '--keep-data', value: 'boolean', description: 'For plugin uninstall: keep what it stored' },
  { name: '--prune', value: 'boolean', description: 'For plugin uninstall: prune too' },
  { name: '--dry-run', value: 'boolean', description: 'For plugin prune: remove nothing' },
] as const satisfies readonly CliFlag[];

const verbs = [
  {
    name: 'install',
    aliases: ['i'],
    usage: 'PLUGIN [--scope user|project|local]',
    description: 'Install a plugin, or an extension from a folder, archive, git or npm',
  },
  {
    name: 'uninstall',
    aliases: ['remove', 'rm'],
    usage: 'PLUGIN [--scope …] [--keep-data] [--prune]',
    description: 'Remove a plugin or extension',
  },
  { name: 'enable', usage: 'PLUGIN [--scope …]', description: 'Switch a plugin on' },
  { name: 'disable', usage: 'PLUGIN|--all [--scope …]', description: 'Switch a plugin off' },
  {
    name: 'update',
    usage: '[PLUGIN …] [--yes]',
    description: 'Update plugins; says what the new version may do',
  },
  {
    name: 'list',
    aliases: ['ls'],
    usage: '[--json] [--available]',
    description: 'What is installed, and what is wrong with it',
  },
  { name: 'info', aliases: ['details'], usage: 'PLUGIN [--json]', description: 'All that is known of a plugin' },
  {
    name: 'prune',
    aliases: ['autoremove'],
    usage: '[--dry-run]',
    description: 'Remove what was installed for plugins that are gone',
  },
  { name: 'configure', usage: 'PLUGIN [KEY=VALUE …]', description: 'Answer the questions of a plugin' },
  {
    name: 'explain',
    usage: 'POINT:NAME [--json]',
    description: 'Who owns a name, such as tools:Read',
  },
  { name: 'bisect', usage: '[COMMAND|stop]', description: 'Find what makes a command fail' },
  {
    name: 'marketplace',
    usage: 'add SOURCE | list | remove NAME | update [NAME]',
    description: 'Where plugins come from',
  },
] as const satisfies readonly PluginVerbDeclaration[];

const commands = [
  {
    name: 'plugin',
    description: 'Show and switch plugins',
    argumentHint: '[list | enable ID | disable ID]',
    aliases: ['plugins'],
  },
  { name: 'reload-plugins', description: 'Read all plugins again' },
] as const satisfies readonly CommandDeclaration[];

export const manifest = {
  id: 'plugin-store',
  version: '0.1.0',
  api: 1,
  description: 'Installs plugins and extensions: marketplaces, sources, versions',
  requires: ['host@1'],
  optional: ['config@1', 'trust@1', 'plugins@1', 'plugin-loader@1', 'extensions@1'],
  contributes: { cli: flags, 'plugin-verbs': verbs, commands },
  capabilities: ['network', 'process', 'fs-write'],
} as const satisfies Manifest;
