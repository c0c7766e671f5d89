import type { CliFlag, Manifest } from 'tenon/plugin-api';

const record = {
  name: '--record',
  value: 'string',
  placeholder: 'file',
  description: 'Write what the model answers into a file, without secrets; --model fake:<file> plays it',
} as const satisfies CliFlag;

export const manifest = {
  id: 'fake-model',
  version: '0.1.0',
  api: 1,
  description: 'A model that answers from a script: for tests, demonstrations and work without a network.',
  requires: ['host@1'],
  optional: ['cli@1'],
  // they are for recordings
  taps: ['SessionEvent', 'SessionEnd', 'ModelError'],
  dormantWithout: [`flag:${record.name}`],
  fires: ['ModelRequest'],
  contributes: {
    cli: [record],
    models: [
      { name: 'fake', description: 'Answers from the script in the settings.' },
      { name: 'fake:*', description: 'Answers from a script file: fake:path/to/script.json' },
    ],
  },
  capabilities: ['fs-write'],
  config: {
    type: 'object',
    properties: {
      script: {
        type: 'object',
        description: 'What `--model fake` answers: { "turns": [ … ] }, as in a script file.',
      },
      label: {
        type: 'string',
        default: '[scripted] ',
        description: 'Comes before every text of a scripted answer. An empty text switches it off.',
      },
      strict: {
        type: 'boolean',
        default: false,
        description: 'A recorded turn is refused when the results of tools are not those of the recording.',
      },
    },
    additionalProperties: false,
  },
} as const satisfies Manifest;

/** The settings of the extension, as `extensions.fake-model`. */
export interface FakeModelConfig {
  readonly script?: unknown;
  readonly label?: string;
  readonly strict?: boolean;
}
