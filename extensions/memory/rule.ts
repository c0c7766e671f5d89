/** A file of a rules folder: its text, and the files it is about when it names some. */
export interface Rule {
  readonly text: string;
  /** Patterns of paths. Absent: it always counts. */
  readonly globs?: readonly string[];
}

/** Takes the head of a rule (`---`, `paths: …`, `---`) from its text. */
export function ruleOf(markdown: string): Rule {
  const head = /^---[^\S\n]*\n(?:([\s\S]*?)\n)?---[^\S\n]*(?:\n|$)/.exec(markdown);
  if (head === null) return { text: markdown };
  const text = markdown.slice(head[0].length);
  const globs = pathsOf((head[1] ?? '').split('\n'));
  return globs.length === 0 || globs.includes('**') ? { text } : { text, globs };
}

/** `paths: a, b`, `paths: [a, b]`, or a list below it. Patterns may hold commas within braces. */
function pathsOf(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => /^paths\s*:/.test(line));
  if (at < 0) return [];
  const given = withoutRemark(lines[at]!.replace(/^paths\s*:/, ''));
  if (given !== '') return splitGlobs(given.replace(/^\[([\s\S]*)\]$/, '$1')).map(unquoted);
  const globs: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (item !== null) globs.push(unquoted(withoutRemark(item[1]!)));
    else if (line.trim() !== '' && !line.trim().startsWith('#')) break;
  }
  return globs.filter((glob) => glob !== '');
}

function splitGlobs(text: string): string[] {
  const globs: string[] = [];
  let depth = 0;
  let glob = '';
  for (const character of text) {
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if (depth <= 0 && character === ',') {
      globs.push(glob);
      glob = '';
    } else glob += character;
  }
  return [...globs, glob].map((one) => one.trim()).filter((one) => one !== '');
}

function withoutRemark(value: string): string {
  return value.replace(/\s#.*$/, '').trim();
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}
