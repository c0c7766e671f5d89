import type { SchemaIssue, SchemaResult } from 'tenon/plugin-api';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import { schemas } from './schemas.gen.ts';

/**
 * Checks an input. The emitted JSON Schema says yes to nearly all of them without loading zod; what it refuses goes to
 * the zod schema it was made from, which forgives a number in a string, knows the untold fields, and has the last word.
 */
export function parseInput<Input>(tool: keyof typeof schemas): (input: unknown) => Promise<SchemaResult<Input>> {
  return async (input) => {
    const quick = checkSchema(schemas[tool], input);
    if (quick.issues === undefined) return { value: quick.value as Input };
    const { inputs } = await import('./schemas/inputs.ts');
    const result = inputs[tool].safeParse(input);
    if (result.success) return { value: result.data as Input };
    return {
      issues: result.error.issues.map(
        ({ path, message }): SchemaIssue => ({
          path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
          message,
        }),
      ),
    };
  };
}
