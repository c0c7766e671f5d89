import type { CliFlag, Manifest, PluginVerbDeclaration } from 'tenon/plugin-api';

const format = {
  name: '--format',
  value: 'string',
  choices: ['native', 'claude'],
  description:
    'For plugin new: an extension of Tenon (native), or a plugin in the format of Claude Code (default: native)',
} as const satisfies CliFlag;

const verbs = [
  { name: 'new', usage: 'NAME [--format native|claude]', description: 'Make a folder with an extension to begin with' },
  {
    name: 'check',
    usage: '[DIR] [--json]',
    description: 'Look for mistakes in an extension: manifest, types, taps, names, and what it costs at a start',
  },
] as const satisfies readonly PluginVerbDeclaration[];

export const manifest = {
  id: 'authoring',
  version: '0.1.0',
  api: 1,
  description: 'For authors of extensions: plugin new, plugin check',
  requires: ['host@1'],
  optional: ['extensions@1', 'plugin-loader@1'],
  contributes: { cli: [format], 'plugin-verbs': verbs },
} as const satisfies Manifest;
