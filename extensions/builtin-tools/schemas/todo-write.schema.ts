import { z } from 'zod';

export const todoWriteInput = z.strictObject({
  todos: z
    .array(
      z.strictObject({
        content: z.string().min(1).describe('What to do'),
        status: z.enum(['pending', 'in_progress', 'completed']),
        activeForm: z.string().min(1).describe('What is being done: "Running tests"'),
      }),
    )
    .describe('The whole list'),
});
export type TodoWriteInput = z.infer<typeof todoWriteInput>;
