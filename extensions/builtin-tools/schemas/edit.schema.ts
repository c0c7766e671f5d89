import { z } from 'zod';
import { flag } from './fields.ts';

export const editInput = z.strictObject({
  file_path: z.string().min(1).describe('Path of the file; absolute is best'),
  old_string: z.string().describe('Text to replace, exactly as in the file'),
  new_string: z.string().describe('Text to put in its place'),
  replace_all: flag('Replace every occurrence; default false'),
});
export type EditInput = z.infer<typeof editInput>;
