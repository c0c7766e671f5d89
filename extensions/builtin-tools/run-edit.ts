import { lstat } from 'node:fs/promises';
import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { changeFile, type OldFile } from './file-change.ts';
import { filePatch, type Hunk } from './file-patch.ts';
import { inputPath } from './input-path.ts';
import { lineEnd, toLineFeeds, withLineEnd } from './line-ends.ts';
import { lineOf, notFound, notUnique } from './match-problem.ts';
import { numbered } from './numbered.ts';
import { openProblem } from './regular-file.ts';
import type { EditInput } from './schemas/edit.schema.ts';
import type { Workbench } from './workbench.ts';

export interface EditOutput {
  readonly filePath: string;
  readonly oldString: string;
  readonly newString: string;
  /** With `\n` as line end; `null` when it is too long to be passed around. */
  readonly originalFile: string | null;
  readonly structuredPatch: readonly Hunk[];
  readonly userModified: boolean;
  readonly replaceAll: boolean;
}

/** Lines shown around a change. */
const AROUND = 4;
/** Lines of a change that are shown. */
const MOST_SHOWN = 40;
/** Characters of a line that are shown. */
const WIDEST = 500;
/** Characters of the longest original that goes into the output object. */
const LONGEST_ORIGINAL = 1_000_000;

interface Replaced {
  /** The new text as it is stored. */
  readonly stored: string;
  /** Before and after, with `\n` as line end. */
  readonly before: string;
  readonly after: string;
  /** Where the new texts start in `after`. */
  readonly places: readonly number[];
}

/** @throws Error when the text is not found, not unique, or the file cannot be written, saying what to do */
export async function runEdit(
  bench: Workbench,
  input: EditInput,
  context: ToolContext,
): Promise<ToolResult<EditOutput>> {
  const { old_string: from, new_string: to, replace_all: all = false } = input;
  const { session } = context;
  const path = inputPath(input.file_path, session.cwd, bench.host.home);
  if (from === to) throw new Error('old_string and new_string are the same: there is nothing to change');
  if (from !== '') {
    await lstat(path).catch(async (error: unknown) => {
      throw await openProblem(error, path, session.cwd);
    });
  }
  let done: Replaced | undefined;
  let structuredPatch: readonly Hunk[] = [];
  const old = await changeFile(path, context, async (file) => {
    done = from === '' ? fill(file, to, path) : replace(file, from, to, all, path);
    // before the file is written: what fails here leaves it as it was
    structuredPatch = await filePatch(path, done.before, done.after);
    return done.stored;
  });
  const { before, after, places } = done!;
  const links =
    old !== undefined && old.links > 1 ? `\n(it had ${old.links} hard links; the others keep the old content)` : '';
  return {
    content: `${headline(path, from, after, places)}${links}\n${snippet(after, places[0]!, to)}`,
    output: {
      filePath: path,
      oldString: from,
      newString: to,
      originalFile: before.length > LONGEST_ORIGINAL ? null : before,
      structuredPatch,
      userModified: false,
      replaceAll: all,
    },
  };
}

/** An empty `old_string` means a new file; an empty file counts as one. */
function fill(file: OldFile | undefined, to: string, path: string): Replaced {
  if (file !== undefined && file.text !== '') {
    throw new Error(`${path} exists and is not empty; name the text to replace in old_string, or use Write`);
  }
  return { stored: to, before: '', after: toLineFeeds(to).text, places: [0] };
}

function replace(file: OldFile | undefined, from: string, to: string, all: boolean, path: string): Replaced {
  if (file === undefined) throw new Error(`${path} does not exist`);
  const feeds = toLineFeeds(file.text);
  const before = feeds.text;
  const wanted = toLineFeeds(from).text;
  const found: number[] = [];
  for (let at = before.indexOf(wanted); at >= 0; at = before.indexOf(wanted, at + wanted.length)) found.push(at);
  if (found.length === 0) throw new Error(notFound(before, wanted, path));
  if (found.length > 1 && !all) throw new Error(notUnique(before, found, path));
  const end = lineEnd(file.text);
  const inserted = withLineEnd(to, end);
  const shown = toLineFeeds(to).text;
  const stored: string[] = [];
  const after: string[] = [];
  const places: number[] = [];
  let last = 0;
  let length = 0;
  for (const at of found) {
    // what stands between is copied as it is, mixed line ends included
    stored.push(file.text.slice(feeds.original(last), feeds.original(at)), inserted);
    after.push(before.slice(last, at), shown);
    length += at - last;
    places.push(length);
    length += shown.length;
    last = at + wanted.length;
  }
  stored.push(file.text.slice(feeds.original(last)));
  after.push(before.slice(last));
  return { stored: stored.join(''), before, after: after.join(''), places };
}

function headline(path: string, from: string, after: string, places: readonly number[]): string {
  if (from === '') return `Created ${path}`;
  if (places.length === 1) return `Edited ${path}`;
  const lines = places.slice(0, 10).map((place) => lineOf(after, place));
  const rest = places.length > lines.length ? ' and others' : '';
  return `Edited ${path}: ${places.length} replacements, at lines ${lines.join(', ')}${rest}`;
}

/** The lines around a change, numbered. */
function snippet(after: string, place: number, inserted: string): string {
  const lines = after.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return '(the file is empty now)';
  const first = lineOf(after, place) - 1;
  const last = first + inserted.split('\n').length - 1;
  const start = Math.max(0, Math.min(first, lines.length) - AROUND);
  const shown = lines.slice(start, Math.min(last + AROUND + 1, start + MOST_SHOWN));
  const cut = shown.map((line) => (line.length > WIDEST ? `${line.slice(0, WIDEST)} [... line cut]` : line));
  return numbered(cut, start + 1);
}
