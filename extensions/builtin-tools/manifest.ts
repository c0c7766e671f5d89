import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'builtin-tools',
  version: '0.1.0',
  api: 1,
  description: 'The tools that work on files and run commands.',
  taps: ['SessionEnd'],
  provides: ['processes@1'],
  requires: ['host@1'],
  // Bash runs through the service, not around it, so that a sandbox in its place covers Bash
  optional: ['permissions@1', 'loop@1', 'processes@1'],
  contributes: { tools: ['Read', 'Write', 'Edit', 'Bash', 'Glob', 'Grep'] },
  capabilities: ['process', 'fs-write'],
} as const satisfies Manifest;
