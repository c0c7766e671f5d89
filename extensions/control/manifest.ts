import type { CliFlag, Manifest } from 'tenon/plugin-api';

const flags = [
  {
    name: '--permission-prompt-tool',
    value: 'string',
    placeholder: 'tool',
    description:
      'Who answers permission questions: the name of a tool, or stdio for the program that reads and writes stream-json',
  },
] as const satisfies readonly CliFlag[];

export const manifest = {
  id: 'control',
  version: '0.1.0',
  api: 1,
  description: 'The control protocol: programs that steer a session, answer its questions and take part in its hooks.',
  provides: ['control@1'],
  requires: ['host@1'],
  optional: ['cli@1', 'config@1', 'extensions@1', 'background-tasks@1', 'subagents@1'],
  contributes: { cli: flags },
} as const satisfies Manifest;
