import { z } from 'zod';

export const writeInput = z.strictObject({
  file_path: z.string().min(1).describe('Path of the file; absolute is best'),
  content: z.string().describe('The whole new content'),
});
export type WriteInput = z.infer<typeof writeInput>;
