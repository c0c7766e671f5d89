import { z } from 'zod';

export const notebookEditInput = z.strictObject({
  notebook_path: z.string().min(1).describe('Path of the .ipynb file; absolute is best'),
  cell_id: z.string().min(1).optional().describe('The cell; for insert the one before (default: at the start)'),
  new_source: z.string().describe('New text of the cell; unused by delete'),
  cell_type: z.enum(['code', 'markdown']).optional().describe('Needed by insert'),
  edit_mode: z.enum(['replace', 'insert', 'delete']).optional().describe('Default replace'),
});
export type NotebookEditInput = z.infer<typeof notebookEditInput>;
