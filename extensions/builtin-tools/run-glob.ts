import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { clock } from 'tenon/plugin-api/lib/clock';
import { globBase } from './glob.ts';
import { expandHome, inputPath } from './input-path.ts';
import { readableFiles } from './readable-files.ts';
import { findRipgrep, runRipgrep, SEARCH_LIMIT } from './ripgrep.ts';
import type { GlobInput } from './schemas/glob.schema.ts';
import { type SearchRoot, searchRoot, shownPath } from './search-root.ts';
import type { Workbench } from './workbench.ts';

export interface GlobOutput {
  readonly durationMs: number;
  readonly numFiles: number;
  readonly filenames: readonly string[];
  /** True when there are more files. */
  readonly truncated: boolean;
}

const MOST_FILES = 100;
/** Files looked at, in case some of them may not be read. */
const LOOK = 1_000;

/** @throws Error when the folder does not exist, the pattern is wrong, or the search takes too long */
export async function runGlob(
  bench: Workbench,
  input: GlobInput,
  context: ToolContext,
): Promise<ToolResult<GlobOutput>> {
  const start = clock();
  const { session, signal } = context;
  const { home } = bench.host;
  const pattern = expandHome(input.pattern, home);
  const base = globBase(pattern);
  const from = resolve(inputPath(input.path ?? '.', session.cwd, home), base);
  const root = await searchRoot(from, context, home);
  if (!root.folder) throw new Error(`${root.path} is a file; give a folder to search`);
  const rest = pattern.slice(base.length).replace(/^\/+/, '') || '**';
  const wanted = pattern.includes('/') ? `/${rest}` : rest;
  const program = await findRipgrep(bench);
  let { paths, more } = await (program === undefined
    ? walkFor(root, wanted, signal)
    : ripgrepFor(program, root, wanted, signal));
  if (paths.length === 0) paths = await literal(root, rest);
  const readable = await readableFiles(bench, session, paths);
  const visible = paths.filter((path) => readable.has(path));
  const filenames = visible.slice(0, MOST_FILES).map((path) => shownPath(path, session.cwd));
  const truncated = more || visible.length > MOST_FILES;
  const note = truncated
    ? `\n(only the ${filenames.length} files changed last are shown; use a narrower pattern or path)`
    : '';
  return {
    content: filenames.length === 0 ? 'No files found' : filenames.join('\n') + note,
    output: { durationMs: Math.round(clock() - start), numFiles: filenames.length, filenames, truncated },
  };
}

interface Files {
  /** Absolute, the last changed first. */
  readonly paths: readonly string[];
  readonly more: boolean;
}

async function ripgrepFor(program: string, root: SearchRoot, pattern: string, signal: AbortSignal): Promise<Files> {
  // a leading exclamation mark would turn the pattern round
  const glob = pattern.startsWith('!') ? `\\${pattern}` : pattern;
  const args = ['--files', '--no-ignore', '--hidden', '--sortr=modified', `--glob=${glob}`, '--glob=!.git'];
  const { lines, cut } = await runRipgrep(program, args, { cwd: root.real, signal, lines: LOOK });
  if (cut === 'time') throw tooLong(root.path);
  return { paths: lines.slice(0, LOOK).map((line) => join(root.path, line)), more: cut === 'size' };
}

async function walkFor(root: SearchRoot, pattern: string, signal: AbortSignal): Promise<Files> {
  const [{ globMatcher }, { walkFiles }] = await Promise.all([import('./glob-matcher.ts'), import('./file-walk.ts')]);
  const fits = await globMatcher(pattern);
  const found: { readonly path: string; readonly changed: number }[] = [];
  const end = clock() + SEARCH_LIMIT;
  for await (const { path, name } of walkFiles(root.real, { ignoreFiles: false, signal })) {
    if (clock() > end) throw tooLong(root.path);
    if (!fits(name)) continue;
    const stats = await stat(path).catch(() => undefined); // removed meanwhile
    if (stats !== undefined) found.push({ path: join(root.path, name), changed: stats.mtimeMs });
  }
  found.sort((a, b) => b.changed - a.changed);
  return { paths: found.slice(0, LOOK).map(({ path }) => path), more: found.length > LOOK };
}

/** A file whose name has the characters of a pattern, such as `app/[id]/page.tsx`. */
async function literal(root: SearchRoot, name: string): Promise<string[]> {
  const stats = await stat(join(root.real, name)).catch(() => undefined); // no such file
  return stats?.isFile() ? [join(root.path, name)] : [];
}

function tooLong(folder: string): Error {
  return new Error(`searching ${folder} takes longer than ${SEARCH_LIMIT / 1000} s; give a narrower path`);
}
