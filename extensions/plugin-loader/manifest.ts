import type { CliFlag, Manifest } from 'tenon/plugin-api';

const flag = {
  name: '--plugin',
  value: 'string',
  repeat: true,
  placeholder: 'path',
  description: 'Also run the extension in this folder or file, and reload it when it changes; may be repeated',
} as const satisfies CliFlag;

export const manifest = {
  id: 'plugin-loader',
  version: '0.1.0',
  api: 1,
  description: 'Extensions from outside: folders and files of the user, of the project, and of --plugin',
  requires: ['host@1', 'extensions@1'],
  optional: ['cli@1', 'config@1', 'trust@1', 'loop@1'],
  provides: ['plugin-loader@1'],
  taps: ['ExtensionDiscovery'],
  dormantWithout: ['flag:--plugin', 'user:tenon/extensions', 'project:tenon/extensions'],
  contributes: {
    cli: [flag],
    commands: [{ name: 'reload', description: 'Run extensions again that have changed', argumentHint: '[id]' }],
  },
  config: {
    type: 'object',
    properties: {
      disabled: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Ids of extensions that are there and do not take part',
      },
      watch: {
        type: 'boolean',
        default: false,
        description: 'Reload extensions when their files change; those of --plugin are watched in any case',
      },
    },
    additionalProperties: false,
  },
} as const satisfies Manifest;

/** The settings under `extensions.plugin-loader`. */
export interface LoaderSettings {
  readonly disabled: readonly string[];
  readonly watch: boolean;
}
