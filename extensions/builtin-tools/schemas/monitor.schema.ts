import { z } from 'zod';
import { untold, whole } from './fields.ts';

export const monitorInput = z.strictObject({
  description: z.string().min(1).describe('What is watched, in 5 to 10 words'),
  command: z.string().min(1).optional().describe('Prints one line for each event'),
  ws: z
    .strictObject({ url: z.string().min(1), protocols: untold(z.array(z.string().min(1)).max(20)) })
    .optional()
    .describe('Or a WebSocket, each of whose text messages is an event'),
  timeout_ms: whole(1_000, 'When to end it; default 300000, at most 3600000'),
  persistent: untold(z.boolean()),
});
export type MonitorInput = z.infer<typeof monitorInput>;
