import { z } from 'zod';

/** A whole number; a number in a string, which models send now and then, counts too. */
export function whole(minimum: number, description: string) {
  const number = z.int().min(minimum);
  return z
    .preprocess((value) => (typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value), number)
    .optional()
    .describe(description);
}

/** Yes or no; `"true"` and `"false"` count too. */
export function flag(description: string) {
  return z
    .preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())
    .optional()
    .describe(description);
}

/** A field that callers may send, but that models are not told of. */
export function untold<T extends z.ZodType>(field: T) {
  return field.optional().meta({ untold: true });
}

/** The id of an entry of the task list; a number counts too. */
export function taskId() {
  return z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().min(1));
}
