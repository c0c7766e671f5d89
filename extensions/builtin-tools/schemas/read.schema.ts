import { z } from 'zod';
import { untold, whole } from './fields.ts';

export const readInput = z.strictObject({
  file_path: z.string().min(1).describe('Path of the file; absolute is best'),
  offset: whole(0, 'Line to start at, counted from 1'),
  limit: whole(1, 'Number of lines'),
  pages: z.string().optional().describe('Pages of a PDF file: "3", "1-5"; at most 20'),
  allow_large: untold(z.boolean()),
});
export type ReadInput = z.infer<typeof readInput>;
