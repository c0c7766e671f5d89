import { readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { clock } from 'tenon/plugin-api/lib/clock';
import { fileTypes } from './file-types.ts';
import { walkFiles } from './file-walk.ts';
import type { FoundLines, SearchQuery, SearchResult } from './found-lines.ts';
import { globMatcher } from './glob-matcher.ts';
import { SEARCH_LIMIT } from './ripgrep.ts';
import type { SearchRoot } from './search-root.ts';
import { decodeText } from './text-encoding.ts';

/** Bytes of the largest file that is searched. */
const LARGEST = 10 * 1024 * 1024;
/** How long one file may take, in milliseconds: some expressions take for ever on some texts. */
const ONE_FILE = 2_000;
/** Matching lines after which the search ends. */
const MOST_LINES = 50_000;
const WIDEST = 500;

/**
 * Searches without ripgrep. It knows fewer types, and its expressions are those of JavaScript.
 * @throws Error when the expression or the type is wrong
 */
export async function scriptSearch(root: SearchRoot, query: SearchQuery, signal: AbortSignal): Promise<SearchResult> {
  const wanted = await fileFilter(query);
  const find = finder(query);
  const files: FoundLines[] = [];
  const end = clock() + SEARCH_LIMIT;
  let lines = 0;
  let complaint = '';
  for await (const { path: real, name } of root.folder
    ? walkFiles(root.real, { ignoreFiles: true, signal })
    : one(root.real)) {
    signal.throwIfAborted();
    if (clock() > end) return { files, cut: 'time', complaint };
    if (!wanted(name)) continue;
    const text = await textOf(real);
    if (text === undefined) continue;
    const path = root.folder ? join(root.path, name) : root.path;
    try {
      const found = find(text, path);
      if (found === undefined) continue;
      files.push(found);
      lines += found.lines.length;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      complaint ||= `${relative(root.path, path) || path}: the expression takes too long on it`;
    }
    if (lines > MOST_LINES) return { files, cut: 'size', complaint };
  }
  return { files, cut: undefined, complaint };
}

async function* one(path: string): AsyncGenerator<{ readonly path: string; readonly name: string }> {
  yield { path, name: basename(path) };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > LARGEST) return undefined;
    return decodeText(await readFile(path))?.text;
  } catch {
    return undefined; // gone, or not readable: ripgrep leaves such a file out too
  }
}

async function fileFilter({ globs, type }: SearchQuery): Promise<(name: string) => boolean> {
  if (type !== undefined && !Object.hasOwn(fileTypes, type)) {
    throw new Error(
      `type ${JSON.stringify(type)} is not known without ripgrep; known are ${Object.keys(fileTypes).join(', ')}. Use glob instead`,
    );
  }
  const typed = type === undefined ? undefined : await globMatcher(`*.{${fileTypes[type]},}`);
  const yes = await Promise.all(globs.filter((glob) => !glob.startsWith('!')).map(globMatcher));
  const no = await Promise.all(globs.filter((glob) => glob.startsWith('!')).map((glob) => globMatcher(glob.slice(1))));
  return (name) =>
    (typed === undefined || typed(name)) &&
    (yes.length === 0 || yes.some((fits) => fits(name))) &&
    !no.some((fits) => fits(name));
}

/** Finds matches as `[from, to]`. It runs in a context of its own because only there its time can be limited. */
const FIND = `(() => {
  const found = [];
  const lines = multiline ? [text] : text.split('\\n');
  let start = 0;
  for (const line of lines) {
    expression.lastIndex = 0;
    for (let match; (match = expression.exec(line)) !== null && found.length < most; ) {
      found.push([start + match.index, start + match.index + match[0].length]);
      if (match[0] === '') expression.lastIndex++;
      if (once) break;
    }
    if (once && found.length > 0) break;
    start += line.length + 1;
  }
  return found;
})()`;

function finder(query: SearchQuery): (text: string, path: string) => FoundLines | undefined {
  const context = createContext({
    text: '',
    expression: expressionOf(query),
    multiline: query.multiline,
    most: MOST_LINES,
    once: query.mode === 'files_with_matches',
  });
  return (text, path) => {
    context.text = text;
    const found = runInContext(FIND, context, { timeout: ONE_FILE }) as readonly (readonly [number, number])[];
    if (found.length === 0) return undefined;
    if (query.mode !== 'content') return { path, lines: [], matches: found.length };
    return { path, ...(query.onlyMatching ? partsOf(text, found, query) : linesOf(text, found, query)) };
  };
}

function expressionOf({ pattern, ignoreCase, multiline }: SearchQuery): RegExp {
  // flags at the start are common, and JavaScript has no place for them there
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  const source = inline === null ? pattern : pattern.slice(inline[0].length);
  const flags = new Set(`g${multiline ? 'ms' : ''}${ignoreCase ? 'i' : ''}${inline?.[1] ?? ''}`);
  try {
    return new RegExp(source, [...flags].join(''));
  } catch (error) {
    throw new Error(`the expression is wrong: ${(error as Error).message}`, { cause: error });
  }
}

function partsOf(text: string, found: readonly (readonly [number, number])[], query: SearchQuery) {
  const number = lineCounter(text);
  const lines = found.map(([from, to]) => {
    const part = text.slice(from, to).replace(/\r?\n/g, ' ').slice(0, WIDEST);
    return query.lineNumbers ? `${number(from)}:${part}` : part;
  });
  return { lines, matches: found.length };
}

function linesOf(text: string, found: readonly (readonly [number, number])[], query: SearchQuery) {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  const number = lineCounter(text);
  const matching = new Set<number>();
  for (const [from, to] of found) {
    const last = number(Math.max(from, to - 1));
    for (let line = number(from); line <= last; line++) matching.add(line);
  }
  const gaps = query.before + query.after > 0;
  const lines: string[] = [];
  let shown = 0;
  for (const line of [...matching].sort((a, b) => a - b)) {
    const first = Math.max(shown + 1, line - query.before);
    if (gaps && shown > 0 && first > shown + 1) lines.push('--');
    for (let at = first; at <= Math.min(line + query.after, all.length); at++) {
      if (at > line && matching.has(at)) break;
      const content = all[at - 1]!.replace(/\r$/, '').slice(0, WIDEST);
      lines.push(query.lineNumbers ? `${at}${matching.has(at) ? ':' : '-'}${content}` : content);
      shown = at;
    }
  }
  return { lines, matches: matching.size };
}

/** Numbers of the lines of places that are asked for in rising order. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let next = text.indexOf('\n');
  let last = 0;
  return (at) => {
    if (at < last) {
      line = 1;
      next = text.indexOf('\n');
    }
    last = at;
    while (next >= 0 && next < at) {
      line++;
      next = text.indexOf('\n', next + 1);
    }
    return line;
  };
}
