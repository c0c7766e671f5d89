import { stat } from 'node:fs/promises';
import type { SessionRef, ToolContext, ToolResult } from 'tenon/plugin-api';
import type { FoundLines, SearchQuery } from './found-lines.ts';
import { splitGlobs } from './glob-matcher.ts';
import { readableFiles } from './readable-files.ts';
import { findRipgrep, SEARCH_LIMIT } from './ripgrep.ts';
import type { GrepInput } from './schemas/grep.schema.ts';
import { type SearchRoot, searchRoot, shownPath } from './search-root.ts';
import type { Workbench } from './workbench.ts';

export interface GrepOutput {
  readonly mode: 'content' | 'files_with_matches' | 'count';
  readonly numFiles: number;
  /** Empty unless files are asked for. */
  readonly filenames: readonly string[];
  readonly content?: string;
  readonly numLines?: number;
  readonly numMatches?: number;
}

const DEFAULT_ENTRIES = 250;
/** Characters of one result. */
const MOST_CHARACTERS = 50_000;
/** Files that are looked at further. */
const MOST_FILES = 5_000;

/** @throws Error when the expression or the path is wrong, or the search takes too long */
export async function runGrep(
  bench: Workbench,
  input: GrepInput,
  context: ToolContext,
): Promise<ToolResult<GrepOutput>> {
  const { session, signal } = context;
  const root = await searchRoot(input.path, context, bench.host.home);
  const query = queryOf(input);
  const program = await findRipgrep(bench);
  const { files, cut, complaint } =
    program === undefined
      ? await (await import('./script-search.ts')).scriptSearch(root, query, signal)
      : await (await import('./ripgrep-search.ts')).ripgrepSearch(program, root, query, signal);
  if (cut === 'time' && files.length === 0) {
    throw new Error(
      `searching ${root.path} takes longer than ${SEARCH_LIMIT / 1000} s; give a narrower path or a glob`,
    );
  }
  const looked = files.slice(0, MOST_FILES);
  const readable = await readableFiles(
    bench,
    session,
    looked.map(({ path }) => path),
  );
  const visible = looked.filter(({ path }) => readable.has(path));
  const notes: string[] = [];
  if (cut !== undefined)
    notes.push(
      `(the search was ended early, because it ${cut === 'time' ? 'took too long' : 'found too much'}; narrow it)`,
    );
  if (files.length > looked.length) notes.push(`(only ${MOST_FILES} files were looked at; narrow the search)`);
  if (visible.length < looked.length)
    notes.push(`(files that may not be read are left out: ${looked.length - visible.length})`);
  if (complaint !== '') notes.push(`(${complaint})`);
  const { output, text } = await render(visible, input, query, root, session, notes);
  return { content: [text, ...notes].join('\n'), output };
}

function queryOf(input: GrepInput): SearchQuery {
  const around = input['-C'] ?? input.context ?? 0;
  return {
    pattern: input.pattern,
    mode: input.output_mode ?? 'files_with_matches',
    ignoreCase: input['-i'] ?? false,
    multiline: input.multiline ?? false,
    onlyMatching: input['-o'] ?? false,
    lineNumbers: input['-n'] ?? true,
    before: input['-B'] ?? around,
    after: input['-A'] ?? around,
    globs: input.glob === undefined ? [] : splitGlobs(input.glob),
    type: input.type,
  };
}

async function render(
  files: readonly FoundLines[],
  input: GrepInput,
  query: SearchQuery,
  root: SearchRoot,
  session: SessionRef,
  notes: string[],
): Promise<{ readonly output: GrepOutput; readonly text: string }> {
  const { mode } = query;
  const numFiles = files.length;
  const name = (path: string) => shownPath(path, session.cwd);
  if (mode === 'files_with_matches') {
    const entries = page((await lastChangedFirst(files)).map(name), input, notes);
    const text =
      numFiles === 0 ? 'No files found' : `${numFiles} ${numFiles === 1 ? 'file' : 'files'}\n${entries.join('\n')}`;
    return { text, output: { mode, numFiles, filenames: entries } };
  }
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const numMatches = files.reduce((sum, { matches }) => sum + matches, 0);
  if (mode === 'count') {
    const entries = page(
      sorted.map(({ path, matches }) => `${name(path)}:${matches}`),
      input,
      notes,
    );
    const content = entries.join('\n');
    const text = numFiles === 0 ? 'No matches found' : `${content}\n${numMatches} matches in ${numFiles} files`;
    return { text, output: { mode, numFiles, filenames: [], content, numMatches } };
  }
  const gaps = query.before + query.after > 0 && !query.onlyMatching;
  const lines = sorted.flatMap(({ path, lines: own }, index) => {
    const shown = root.folder ? own.map((line) => prefixed(line, name(path), query)) : own;
    return gaps && index > 0 ? ['--', ...shown] : shown;
  });
  const entries = page(lines, input, notes);
  const content = entries.join('\n');
  return {
    text: numFiles === 0 ? 'No matches found' : content,
    output: { mode, numFiles, filenames: [], content, numLines: entries.length, numMatches },
  };
}

/** As ripgrep prints it: `path:12:match`, `path-12-line around it`. */
function prefixed(line: string, path: string, query: SearchQuery): string {
  if (line === '--') return line;
  const mark = query.lineNumbers ? (/^\d+([:-])/.exec(line)?.[1] ?? ':') : ':';
  return path + mark + line;
}

/** The entries that were asked for, with a note about the others. */
function page(all: readonly string[], input: GrepInput, notes: string[]): string[] {
  const offset = input.offset ?? 0;
  const limit = input.head_limit ?? DEFAULT_ENTRIES;
  const wanted = all.slice(offset, limit === 0 ? undefined : offset + limit);
  const entries: string[] = [];
  let characters = 0;
  for (const entry of wanted) {
    characters += entry.length + 1;
    if (entries.length > 0 && characters > MOST_CHARACTERS) break;
    entries.push(entry);
  }
  const next = offset + entries.length;
  if (next < all.length) notes.push(`(${all.length - next} more; go on with offset ${next})`);
  else if (entries.length === 0 && all.length > 0)
    notes.push(`(there are ${all.length}; offset ${offset} is behind the last)`);
  return entries;
}

async function lastChangedFirst(files: readonly FoundLines[]): Promise<string[]> {
  const times = new Map<string, number>();
  await Promise.all(
    files.map(async ({ path }) => {
      const stats = await stat(path).catch(() => undefined); // removed meanwhile
      times.set(path, stats?.mtimeMs ?? 0);
    }),
  );
  return files.map(({ path }) => path).sort((a, b) => times.get(b)! - times.get(a)! || (a < b ? -1 : 1));
}
