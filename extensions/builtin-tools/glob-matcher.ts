/**
 * Tests paths relative to the search's folder against a pattern as ripgrep reads it: without a slash it fits the name
 * in any folder, and a leading slash ties it to the folder of the search. Hidden names fit too.
 */
export async function globMatcher(pattern: string): Promise<(name: string) => boolean> {
  const { default: picomatch } = await import('picomatch');
  const tied = pattern.includes('/');
  const fits = picomatch(pattern.replace(/^\//, ''), { dot: true, nonegate: true, strictSlashes: true });
  return (name) => fits(tied ? name : name.slice(name.lastIndexOf('/') + 1));
}

/** `*.ts, *.{js,jsx}` as two patterns: commas and blanks outside of braces part them. */
export function splitGlobs(text: string): string[] {
  const globs: string[] = [];
  let depth = 0;
  let glob = '';
  for (const char of text) {
    if (char === '{') depth++;
    else if (char === '}') depth--;
    if (depth <= 0 && /[\s,]/.test(char)) {
      globs.push(glob);
      glob = '';
    } else glob += char;
  }
  globs.push(glob);
  return globs.filter((one) => one !== '');
}
