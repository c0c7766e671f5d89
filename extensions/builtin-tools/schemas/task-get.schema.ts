import { z } from 'zod';
import { taskId } from './fields.ts';

export const taskGetInput = z.strictObject({ taskId: taskId() });
export type TaskGetInput = z.infer<typeof taskGetInput>;
