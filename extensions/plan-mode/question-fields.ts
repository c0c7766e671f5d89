/** The questions of one call, as the model is told. */
export const questionFields = {
  type: 'array',
  minItems: 1,
  maxItems: 4,
  items: {
    type: 'object',
    properties: {
      question: { type: 'string', minLength: 1, description: 'The whole question' },
      header: { type: 'string', minLength: 1, description: 'A label of at most 12 characters' },
      options: {
        type: 'array',
        minItems: 2,
        maxItems: 4,
        description: 'Without one for other answers, which is always there',
        items: {
          type: 'object',
          properties: {
            label: { type: 'string', minLength: 1, description: '1 to 5 words' },
            description: { type: 'string', description: 'What it means to choose it' },
            preview: { type: 'string', description: 'A sketch or code to compare, in Markdown' },
          },
          required: ['label', 'description'],
          additionalProperties: false,
        },
      },
      multiSelect: { type: 'boolean', default: false, description: 'Several may be chosen' },
    },
    required: ['question', 'header', 'options'],
    additionalProperties: false,
  },
} as const;
