import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'anthropic',
  version: '0.1.0',
  api: 1,
  description: 'Models over the Anthropic Messages API, or any endpoint that speaks it (ANTHROPIC_BASE_URL).',
  requires: ['host@1'],
  optional: ['config@1'],
  fires: ['ModelRequest'],
  contributes: { models: ['claude-*', '*'] },
  capabilities: ['network', 'secrets', 'process'],
} as const satisfies Manifest;
