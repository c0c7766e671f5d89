import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { changeFile } from './file-change.ts';
import { filePatch, type Hunk } from './file-patch.ts';
import { inputPath } from './input-path.ts';
import { lineEnd, toLineFeeds, withLineEnd } from './line-ends.ts';
import type { WriteInput } from './schemas/write.schema.ts';
import type { Workbench } from './workbench.ts';

export interface WriteOutput {
  readonly type: 'create' | 'update';
  readonly filePath: string;
  readonly content: string;
  readonly structuredPatch: readonly Hunk[];
  /** `null` for a new file. */
  readonly originalFile: string | null;
}

/** @throws Error when the file cannot be written, saying why and what to do */
export async function runWrite(
  bench: Workbench,
  input: WriteInput,
  context: ToolContext,
): Promise<ToolResult<WriteOutput>> {
  const { content } = input;
  const path = inputPath(input.file_path, context.session.cwd, bench.host.home);
  let before = '';
  let structuredPatch: readonly Hunk[] = [];
  const old = await changeFile(path, context, async (file) => {
    if (file === undefined) return content;
    before = toLineFeeds(file.text).text;
    // before the file is written: what fails here leaves it as it was
    structuredPatch = await filePatch(path, before, toLineFeeds(content).text);
    // models write line feeds: a file of another kind stays of its kind
    return content.includes('\r') ? content : withLineEnd(content, lineEnd(file.text));
  });
  if (old === undefined) {
    return {
      content: `Created ${path}`,
      output: { type: 'create', filePath: path, content, structuredPatch: [], originalFile: null },
    };
  }
  const note = old.links > 1 ? ` (it had ${old.links} hard links; the others keep the old content)` : '';
  return {
    content: `Updated ${path}${note}`,
    output: { type: 'update', filePath: path, content, structuredPatch, originalFile: before },
  };
}
