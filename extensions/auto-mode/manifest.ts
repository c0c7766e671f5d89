import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'auto-mode',
  version: '0.1.0',
  api: 1,
  description: 'The permission mode auto: a model decides what no rule decides',
  requires: ['loop@1'],
  optional: ['config@1'],
  provides: ['auto-mode@1'],
  taps: ['PermissionRequest'],
} as const satisfies Manifest;
