/**
 * Text that may hold anything, made safe to show: control characters, which could steer the terminal or forge lines,
 * and characters that reorder text become `\u{…}`.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** The same on one line, at most `limit` characters long. */
export function printableLine(text: string, limit = 500): string {
  const line = printable(text.trim().replace(/\s*\n\s*/g, ' '));
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
