import type { CliFlag, Manifest } from 'tenon/plugin-api';

const flags = [
  {
    name: '--trust',
    value: 'boolean',
    description: 'Let the hooks, permission rules, servers and extensions of this folder take part in this run',
  },
] as const satisfies readonly CliFlag[];

export const manifest = {
  id: 'trust',
  version: '0.1.0',
  api: 1,
  description: 'Folder trust: whether what a folder brings along may steer the program',
  requires: ['host@1'],
  optional: ['cli@1'],
  provides: ['trust@1'],
  taps: ['ProjectTrust'],
  contributes: { cli: flags },
} as const satisfies Manifest;
