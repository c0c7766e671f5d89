import type { Manifest, ToolDeclaration } from 'tenon/plugin-api';

export const toolSearch = {
  name: 'ToolSearch',
  findsDeferred: true,
  description:
    'Finds tools whose descriptions are not loaded yet, by name or by words; those it finds can be called from then on. Their names stand in a reminder. Query: "select:WebFetch,WebSearch" for these tools; "notebook edit" for words, the best matches first; "+slack send" for a word that must be in the name.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', minLength: 1, description: 'select:<names>, or words' },
      max_results: { type: 'integer', minimum: 1, description: 'At most this many; default 5' },
    },
    required: ['query'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

export const manifest = {
  id: 'tool-search',
  version: '0.1.0',
  api: 1,
  description: 'Keeps requests small: tools that are rarely needed are described to the model when it looks for them.',
  taps: ['SessionStart', 'TurnStart'],
  requires: ['host@1'],
  optional: ['loop@1'],
  contributes: { tools: [toolSearch] },
} as const satisfies Manifest;
