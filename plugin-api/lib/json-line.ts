/**
 * One value as one line of JSON, with its line end. U+2028 and U+2029 are escaped, because readers of other languages
 * take them for line ends.
 */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\u2028') && !text.includes('\u2029')) return `${text}\n`;
  return `${text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}
