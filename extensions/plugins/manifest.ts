import type { CliVerb, Manifest } from 'tenon/plugin-api';

const verb = {
  name: 'plugin',
  description: 'Make, check and manage plugins and extensions; without a verb: what it can do',
  usage: '[verb] [...args]',
  setup: true,
  changes: true,
  flags: [
    ...['--json', '--scope', '--yes', '--all', '--available', '--marketplace', '--config', '--sparse', '--keep-data'],
    ...['--prune', '--dry-run', '--strict', '--format'],
  ] as readonly `--${string}`[],
} as const satisfies CliVerb;

export const manifest = {
  id: 'plugins',
  version: '0.1.0',
  api: 1,
  description: 'The command `plugin`, whose verbs other extensions bring along',
  requires: ['host@1'],
  contributes: { cli: [verb] },
} as const satisfies Manifest;
