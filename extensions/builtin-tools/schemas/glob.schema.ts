import { z } from 'zod';

export const globInput = z.strictObject({
  pattern: z.string().min(1).describe('For example `src/**/*.ts`; without a slash it fits names in every folder'),
  path: z.string().min(1).optional().describe('Folder to search; default: the working directory'),
});
export type GlobInput = z.infer<typeof globInput>;
