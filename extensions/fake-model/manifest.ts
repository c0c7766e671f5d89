import type { Manifest } from 'tenon/plugin-api';

export const manifest = {
  id: 'fake-model',
  version: '0.1.0',
  api: 1,
  description: 'A model that answers from a script: for tests, demonstrations and work without a network.',
  requires: ['host@1'],
  fires: ['ModelRequest'],
  contributes: {
    models: [
      { name: 'fake', description: 'Answers from the script in the settings.' },
      { name: 'fake:*', description: 'Answers from a script file: fake:path/to/script.json' },
    ],
  },
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
    },
    additionalProperties: false,
  },
} as const satisfies Manifest;

/** The settings of the extension, as `extensions.fake-model`. */
export interface FakeModelConfig {
  readonly script?: unknown;
  readonly label?: string;
}
