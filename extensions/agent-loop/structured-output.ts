import type { JsonSchema, Tool } from 'tenon/plugin-api';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import type { Answer } from './turn.ts';

/** The tool that takes the answer. */
const STRUCTURED_OUTPUT = 'StructuredOutput';

const description = `Gives your final answer, as data of the shape that was asked for. Call it exactly once, when the work is done: the conversation ends with it, and text outside of it is not read.`;

/** The answer of one prompt as data: a tool with the wanted schema, and how often the model failed to use it. */
export class StructuredOutput {
  /** What the model gave. */
  given: { readonly output: unknown } | undefined;
  readonly tool: Tool;
  private readonly retries: number;
  private failures = 0;

  constructor(schema: JsonSchema, retries: number) {
    this.retries = retries;
    this.tool = {
      name: STRUCTURED_OUTPUT,
      description,
      inputSchema: schema,
      // defaults are the caller's business: it gets what the model said
      parse: (input) => {
        const checked = checkSchema(schema, input);
        return checked.issues === undefined ? { value: input } : checked;
      },
      readOnly: () => true,
      run: (output) => {
        this.given = { output };
        return { content: 'The answer was taken.', output };
      },
    };
  }

  /** True for an answer that tried. */
  triedIn({ message }: Answer): boolean {
    return message.content.some((block) => block.type === 'tool_use' && block.name === STRUCTURED_OUTPUT);
  }

  /** Notes that the model gave no valid answer. Gives the reason to stop when it may not try again. */
  failed(): string | undefined {
    this.failures++;
    if (this.failures <= this.retries) return undefined;
    const times = this.failures === 1 ? 'once' : `${this.failures} times`;
    return `the model was asked ${times} and gave no valid structured output (MAX_STRUCTURED_OUTPUT_RETRIES=${this.retries})`;
  }

  /** What a model is told that answers with text. */
  readonly reminder = `Give your final answer by calling the tool ${STRUCTURED_OUTPUT}; text alone is not read.`;
}
