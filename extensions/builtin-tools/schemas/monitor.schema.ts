import { z } from 'zod';
import { untold, whole } from './fields.ts';

export const monitorInput = z.strictObject({
  description: z.string().min(1).describe('What is watched, in 5 to 10 words'),
  command: z.string().min(1).describe('Prints one line for each event'),
  timeout_ms: whole(1_000, 'When to end it; default 300000, at most 3600000'),
  persistent: untold(z.boolean()),
});
export type MonitorInput = z.infer<typeof monitorInput>;
