import { z } from 'zod';
import { flag, untold, whole } from './fields.ts';

export const bashInput = z.strictObject({
  command: z.string().min(1).describe('The command line for bash'),
  timeout: whole(1, 'Milliseconds; default 120000, at most 600000'),
  description: z.string().optional().describe('What it does, in 5 to 10 words'),
  run_in_background: flag('Do not wait for it'),
  dangerouslyDisableSandbox: untold(z.boolean()),
});
export type BashInput = z.infer<typeof bashInput>;
