/** Files that one text may bring along. */
const LIMIT = 20;

/**
 * The paths that a text names as `@path`, at the beginning of a line or after a blank, without those in code: `@scope/name`
 * there is a package, and `@param` a tag. Whether there is such a file is for the caller to find out.
 */
export function mentionsIn(text: string): readonly string[] {
  const found = new Set<string>();
  let fenced = false;
  for (const line of text.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    else if (!fenced && line.includes('@')) {
      const prose = line.replace(/(`+)[^`]*\1/g, ' ');
      for (const [, quoted, plain] of prose.matchAll(/(?<!\S)@(?:"([^"]+)"|([^\s"'`<>|]+))/g)) {
        const path = quoted ?? plain!.replace(/[.,;:!?)\]}]+$/, '');
        if (path !== '') found.add(path);
      }
    }
  }
  return [...found].slice(0, LIMIT);
}
