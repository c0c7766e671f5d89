import type { CliFlag, CliVerb, Manifest } from 'tenon/plugin-api';

const flags = [
  {
    name: '--settings',
    value: 'string',
    placeholder: 'file-or-json',
    file: 'json',
    description: 'More settings, from a JSON file or as JSON text; stronger than those of project and user',
  },
  {
    name: '--setting-sources',
    value: 'string',
    placeholder: 'sources',
    parts: ['user', 'project', 'local'],
    description: 'Which settings to read; naming project also trusts the folder for this run; empty: none',
  },
  {
    name: '--force',
    value: 'boolean',
    description: 'For config set: write a key that the settings do not have',
  },
] as const satisfies readonly CliFlag[];

const verb = {
  name: 'config',
  description: 'Show or change settings: get KEY, list, set KEY VALUE [--scope user|project|local], unset KEY',
  usage: '<get|set|unset|list> [key] [value]',
  changes: true,
  flags: ['--scope', '--json', '--force', '--settings', '--setting-sources'],
} as const satisfies CliVerb;

export const manifest = {
  id: 'config',
  version: '0.1.0',
  api: 1,
  description: 'Settings: managed, command line, local, project, user and distribution layers, merged',
  requires: ['host@1'],
  optional: ['cli@1', 'trust@1', 'extensions@1'],
  provides: ['config@1'],
  fires: ['ConfigLoad', 'ConfigChange'],
  contributes: { cli: [...flags, verb] },
} as const satisfies Manifest;
