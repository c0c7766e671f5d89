import type { CliFlag, Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'sessions',
  version: '0.1.0',
  api: 1,
  description: 'Keeps sessions in transcript files; lists, resumes and forks them.',
  taps: ['SessionEvent', 'SessionEnd', 'AppExit'],
  provides: ['sessions@1'],
  requires: ['host@1'],
  optional: ['config@1'],
  contributes: {
    cli: [
      {
        name: '--continue',
        short: 'c',
        value: 'boolean',
        description: "Go on with this folder's latest session",
      },
      {
        name: '--resume',
        short: 'r',
        value: 'optional',
        placeholder: 'session',
        description: 'Go on with a session, by its id or name',
      },
      {
        name: '--fork-session',
        value: 'boolean',
        description: 'With --continue or --resume: go on in a copy under a new id',
      },
      {
        name: '--resume-session-at',
        value: 'string',
        placeholder: 'uuid',
        hidden: true,
        description: 'With --continue or --resume: the last message that counts',
      },
      { name: '--session-id', value: 'string', placeholder: 'uuid', description: 'The id of the new session' },
      { name: '--no-session-persistence', value: 'boolean', description: 'Do not keep the session' },
      { name: '--name', short: 'n', value: 'string', placeholder: 'title', description: 'A name for the session' },
    ] satisfies CliFlag[],
  },
  capabilities: ['fs-write'],
} as const satisfies Manifest;
