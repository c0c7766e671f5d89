import type { CliVerb, Manifest } from 'tenon/plugin-api';

const verb = {
  name: 'completion',
  description: 'Print a script that completes flags and commands; the start-up file of the shell evaluates it',
  usage: '<bash|zsh|fish>',
} as const satisfies CliVerb;

export const manifest = {
  id: 'completion',
  version: '0.1.0',
  api: 1,
  description: 'Completion of the command line in shells',
  requires: ['host@1'],
  contributes: { cli: [verb] },
} as const satisfies Manifest;
