import { z } from 'zod';
import { untold } from './fields.ts';

export const taskCreateInput = z.strictObject({
  subject: z.string().min(1).describe('What to do, short'),
  description: z.string().describe('What is needed to do it'),
  activeForm: z.string().optional().describe('What is being done: "Running tests"'),
  metadata: untold(z.record(z.string(), z.unknown())),
});
export type TaskCreateInput = z.infer<typeof taskCreateInput>;
