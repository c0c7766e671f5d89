import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'system-prompt',
  version: '0.1.0',
  api: 1,
  description: 'What the model is told before the conversation: how to work, and where it is.',
  provides: ['system-prompt@1'],
  requires: ['host@1'],
  optional: ['config@1', 'output-styles@1'],
} as const satisfies Manifest;
