/** Lines with their numbers, as `cat -n` prints them. */
export function numbered(lines: readonly string[], start: number): string {
  return lines.map((line, index) => `${String(start + index).padStart(6)}\t${line}`).join('\n');
}
