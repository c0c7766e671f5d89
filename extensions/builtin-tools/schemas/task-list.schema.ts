import { z } from 'zod';

export const taskListInput = z.strictObject({});
export type TaskListInput = z.infer<typeof taskListInput>;
