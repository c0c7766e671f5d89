import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'allow-all',
  version: '0.1.0',
  api: 1,
  description: 'Allows every tool call. For distributions that run where nothing can be harmed, and for tests',
  provides: ['permissions@1'],
  contributes: {
    cli: [
      {
        name: '--permission-mode',
        value: 'string',
        placeholder: 'mode',
        description: 'Accepted; everything is allowed',
      },
      { name: '--dangerously-skip-permissions', value: 'boolean', description: 'Accepted; everything is allowed' },
    ],
  },
} as const satisfies Manifest;
