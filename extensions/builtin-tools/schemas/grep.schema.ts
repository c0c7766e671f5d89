import { z } from 'zod';
import { flag, whole } from './fields.ts';

export const grepInput = z.strictObject({
  pattern: z.string().min(1).describe('Regular expression (ripgrep syntax)'),
  path: z.string().min(1).optional().describe('File or folder to search; default: the working directory'),
  glob: z.string().min(1).optional().describe('Only files that fit, for example `*.{ts,tsx}`'),
  type: z.string().min(1).optional().describe('Only files of a type that ripgrep knows: js, py, rust, go, ...'),
  output_mode: z
    .enum(['content', 'files_with_matches', 'count'])
    .optional()
    .describe('Matching lines, file paths (default), or matches per file'),
  '-A': whole(0, 'Lines to show after each match (content)'),
  '-B': whole(0, 'Lines to show before each match (content)'),
  '-C': whole(0, 'Lines to show around each match (content)'),
  context: whole(0, 'Same as -C'),
  '-n': flag('Line numbers (content); default true'),
  '-i': flag('Ignore case'),
  '-o': flag('Only the matching part of a line (content)'),
  head_limit: whole(0, 'At most this many lines or entries; default 250, 0 for all'),
  offset: whole(0, 'Skip this many lines or entries first'),
  multiline: flag('Let a match span lines; `.` fits line ends too'),
});
export type GrepInput = z.infer<typeof grepInput>;
