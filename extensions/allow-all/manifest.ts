import type { CliFlag, Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'allow-all',
  version: '0.1.0',
  api: 1,
  description: 'Lets every tool call run. For tests and for machines that are thrown away afterwards.',
  provides: ['permissions@1'],
  contributes: {
    cli: [
      {
        name: '--permission-mode',
        value: 'string',
        placeholder: 'mode',
        description: 'Accepted, without effect: every call is allowed',
      } satisfies CliFlag,
      {
        name: '--dangerously-skip-permissions',
        value: 'boolean',
        description: 'Accepted, without effect: every call is allowed',
      } satisfies CliFlag,
    ],
  },
} as const satisfies Manifest;
