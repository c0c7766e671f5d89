import type { CliFlag, Manifest } from 'tenon/plugin-api';

const flags = [
  { name: '--help', short: 'h', value: 'boolean', description: 'Show this help, or the help of a command' },
  { name: '--json', value: 'boolean', description: 'For commands that show something: show it as JSON' },
  {
    name: '--scope',
    short: 's',
    value: 'string',
    choices: ['user', 'project', 'local'],
    description: 'For commands that change settings: whose',
  },
  { name: '--yes', short: 'y', value: 'boolean', description: 'Agree to what a command asks' },
  { name: '--version', short: 'v', value: 'boolean', description: 'Show the version' },
] as const satisfies readonly CliFlag[];

export const manifest = {
  id: 'cli',
  version: '0.1.0',
  api: 1,
  description: 'The command line: flags, commands and modes that other extensions declare',
  requires: ['host@1'],
  optional: ['extensions@1'],
  provides: ['cli@1'],
  fires: ['PreCommand', 'PostCommand'],
  contributes: { cli: flags },
} as const satisfies Manifest;
