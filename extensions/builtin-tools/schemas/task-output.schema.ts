import { z } from 'zod';
import { flag, whole } from './fields.ts';

export const taskOutputInput = z.strictObject({
  task_id: z.string().min(1),
  block: flag('Wait for its end; default true'),
  timeout: whole(0, 'Milliseconds to wait; default 30000, at most 600000'),
});
export type TaskOutputInput = z.infer<typeof taskOutputInput>;
