import { dirname, resolve } from 'node:path';
import type { FoundLines, SearchQuery, SearchResult } from './found-lines.ts';
import { runRipgrep } from './ripgrep.ts';
import type { SearchRoot } from './search-root.ts';

/** Columns of a line that are shown. */
const WIDEST = 500;

/** Searches with ripgrep. @throws Error with its message when the expression, the type or a glob is wrong */
export async function ripgrepSearch(
  program: string,
  root: SearchRoot,
  query: SearchQuery,
  signal: AbortSignal,
): Promise<SearchResult> {
  const cwd = root.folder ? root.real : dirname(root.real);
  const args = ['--hidden', '--no-require-git', '--color=never', '--no-heading', '--with-filename'];
  if (query.mode === 'files_with_matches') args.push('--files-with-matches');
  else args.push('--null');
  if (query.mode === 'count') args.push('--count-matches');
  if (query.mode === 'content') {
    args.push(
      query.lineNumbers ? '--line-number' : '--no-line-number',
      `--max-columns=${WIDEST}`,
      '--max-columns-preview',
    );
    if (query.onlyMatching) args.push('--only-matching');
    if (query.before > 0) args.push(`--before-context=${query.before}`);
    if (query.after > 0) args.push(`--after-context=${query.after}`);
  }
  if (query.ignoreCase) args.push('--ignore-case');
  if (query.multiline) args.push('--multiline', '--multiline-dotall');
  if (query.type !== undefined) args.push(`--type=${query.type}`);
  for (const glob of query.globs) args.push(`--glob=${glob}`);
  // the last word, so that no glob brings it back
  args.push('--glob=!.git', `--regexp=${query.pattern}`, '--', root.folder ? './' : root.real);
  const { lines, cut, complaint } = await runRipgrep(program, args, { cwd, signal });
  return { files: parse(lines, root, query), cut, complaint };
}

/** Lines are `path NUL rest`, or just paths for files_with_matches. */
function parse(lines: readonly string[], root: SearchRoot, query: SearchQuery): FoundLines[] {
  const named = (name: string) => (root.folder ? resolve(root.path, name) : root.path);
  if (query.mode === 'files_with_matches') {
    return lines.map((path) => ({ path: named(path), lines: [], matches: 0 }));
  }
  const found = new Map<string, { path: string; lines: string[]; matches: number }>();
  let gap = false;
  for (const line of lines) {
    const at = line.indexOf('\0');
    if (at < 0) {
      // between groups of lines; anything else is a note about a binary file
      gap = line === '--';
      continue;
    }
    const name = line.slice(0, at);
    const rest = line.slice(at + 1);
    let file = found.get(name);
    if (file === undefined) {
      file = { path: named(name), lines: [], matches: 0 };
      found.set(name, file);
    } else if (gap) file.lines.push('--');
    gap = false;
    if (query.mode === 'count') file.matches += Number(rest);
    else {
      file.lines.push(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
      if (!query.lineNumbers || /^\d+:/.test(rest)) file.matches++;
    }
  }
  return [...found.values()];
}
