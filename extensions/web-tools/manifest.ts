import type { Manifest, ToolDeclaration } from 'tenon/plugin-api';

export const webFetch = {
  name: 'WebFetch',
  deferred: true,
  description:
    'Fetches a web page or text file and answers a question about it, or shows the text where no small model is at hand. http becomes https; pages are kept for 15 minutes. A redirect to another host is not followed but told: call again with that address. For private addresses and pages behind a login use the command line.',
  inputSchema: {
    type: 'object',
    properties: {
      url: { type: 'string', minLength: 1, description: 'A whole address, with https://' },
      prompt: { type: 'string', minLength: 1, description: 'What you want to know of the page' },
      offset: { type: 'integer', minimum: 0, description: 'Character to start at, to read on in a long page' },
    },
    required: ['url', 'prompt'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

export const webSearch = {
  name: 'WebSearch',
  deferred: true,
  description:
    'Searches the web and gives titles, addresses and a summary. For what is newer than your knowledge. Name the pages you rely on in your answer.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', minLength: 2, description: 'What to search for' },
      allowed_domains: { type: 'array', items: { type: 'string' }, description: 'Only results of these domains' },
      blocked_domains: { type: 'array', items: { type: 'string' }, description: 'No results of these domains' },
    },
    required: ['query'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

export const manifest = {
  id: 'web-tools',
  version: '0.1.0',
  api: 1,
  description: 'The tools that read the web: WebFetch and WebSearch.',
  requires: ['host@1'],
  optional: ['config@1', 'loop@1', 'permissions@1'],
  contributes: { tools: [webFetch, webSearch] },
  capabilities: ['network'],
  config: {
    type: 'object',
    properties: {
      model: {
        type: 'string',
        default: 'haiku',
        description: 'The model that reads fetched pages. An empty text: none, the pages themselves are shown.',
      },
    },
    additionalProperties: false,
  },
} as const satisfies Manifest;

/** The settings of the extension, as `extensions.web-tools`. */
export interface WebToolsConfig {
  readonly model?: string;
}
