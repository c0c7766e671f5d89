import { z } from 'zod';
import { untold } from './fields.ts';

export const taskStopInput = z.strictObject({
  task_id: z.string().min(1).optional(),
  // the name of the field before
  shell_id: untold(z.string().min(1)),
});
export type TaskStopInput = z.infer<typeof taskStopInput>;
