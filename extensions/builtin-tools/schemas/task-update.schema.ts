import { z } from 'zod';
import { taskId, untold } from './fields.ts';

export const taskUpdateInput = z.strictObject({
  taskId: taskId(),
  status: z.enum(['pending', 'in_progress', 'completed', 'deleted']).optional(),
  subject: z.string().min(1).optional(),
  description: z.string().optional(),
  activeForm: z.string().optional(),
  owner: z.string().optional(),
  addBlocks: z.array(taskId()).optional().describe('Tasks that wait for this one'),
  addBlockedBy: z.array(taskId()).optional().describe('Tasks that this one waits for'),
  metadata: untold(z.record(z.string(), z.unknown())),
});
export type TaskUpdateInput = z.infer<typeof taskUpdateInput>;
