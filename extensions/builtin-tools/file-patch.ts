/** One hunk of a unified diff; lines start with a blank, `-` or `+`. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** How long finding a small difference may take, in milliseconds. */
const PATIENCE = 1_000;

/** The difference of two texts. Texts that have little in common give one hunk that replaces all. */
export async function filePatch(path: string, before: string, after: string): Promise<readonly Hunk[]> {
  if (before === after) return [];
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch(path, path, before, after, undefined, undefined, { context: 3, timeout: PATIENCE });
  if (patch !== undefined) {
    return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
      oldStart,
      oldLines,
      newStart,
      newLines,
      lines,
    }));
  }
  const old = linesOf(before);
  const now = linesOf(after);
  return [
    {
      oldStart: 1,
      oldLines: old.length,
      newStart: 1,
      newLines: now.length,
      lines: [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)],
    },
  ];
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
