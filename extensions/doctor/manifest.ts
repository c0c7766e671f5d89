import type { CliFlag, CliVerb, CommandDeclaration, Manifest } from 'tenon/plugin-api';

const verb = {
  name: 'doctor',
  description: 'Check the installation: settings, extensions, model access, tools; exit code 1 when something is wrong',
  usage: '[command]',
  setup: true,
  flags: ['--json', '--bisect'],
} as const satisfies CliVerb;

const flag = {
  name: '--bisect',
  value: 'boolean',
  description: 'For doctor: find the plugin or extension that makes a command fail',
} as const satisfies CliFlag;

const command = {
  name: 'doctor',
  description: 'Check the installation',
} as const satisfies CommandDeclaration;

export const manifest = {
  id: 'doctor',
  version: '0.1.0',
  api: 1,
  description: 'Says what is wrong with an installation, and what to do about it',
  requires: ['host@1', 'extensions@1'],
  optional: ['config@1', 'plugins@1', 'trust@1'],
  contributes: { cli: [verb, flag], commands: [command] },
  capabilities: ['process'],
} as const satisfies Manifest;
