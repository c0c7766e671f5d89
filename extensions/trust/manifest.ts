import type { CliFlag, CliVerb, Manifest } from 'tenon/plugin-api';

const flags = [
  {
    name: '--trust',
    value: 'boolean',
    description: 'Let the hooks, permission rules, servers and extensions of this folder take part in this run',
  },
  { name: '--list', value: 'boolean', description: 'For trust: what was decided' },
  { name: '--revoke', value: 'boolean', description: 'For trust: forget what was decided' },
] as const satisfies readonly CliFlag[];

const verb = {
  name: 'trust',
  description: 'Show what a folder brings along, and trust it',
  usage: '[dir]',
  changes: true,
  flags: ['--yes', '--list', '--revoke', '--json'],
} as const satisfies CliVerb;

export const manifest = {
  id: 'trust',
  version: '0.1.0',
  api: 1,
  description: 'Folder trust: whether what a folder brings along may steer the program',
  requires: ['host@1'],
  optional: ['cli@1', 'extensions@1'],
  provides: ['trust@1'],
  taps: ['ProjectTrust'],
  contributes: { cli: [...flags, verb] },
} as const satisfies Manifest;
