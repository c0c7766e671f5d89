import { isAbsolute, join, relative } from 'node:path';
import { defineTool } from 'tenon/plugin-api';
import { z } from 'zod';

/** zod is there for extensions, and so is any other schema library that follows Standard Schema. */
const input = z.object({
  path: z.string().default('.'),
  limit: z.int().min(1).max(500).default(100),
});

const COMMENT = /(?:\/\/|\/\*|#|--|<!--|\*)\s*(TODO|FIXME|HACK)\b[:\s]*(.*)/;
const SKIPPED = new Set(['node_modules', 'dist', 'build', 'target']);
/** Bytes of a file that is looked at, and files that are looked at: a tool bounds its work. */
const LARGEST = 500_000;
const MOST_FILES = 5_000;

export interface TodoComment {
  /** From the folder that was asked for. */
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly text: string;
}

export const todoTool = defineTool<z.output<typeof input>, { readonly comments: readonly TodoComment[] }>({
  name: 'TodoComments',
  description: 'Lists TODO, FIXME and HACK comments below a folder, with file and line.',
  input,
  readOnly: () => true,
  // what the permission rules are applied to
  access: ({ path }) => ({ paths: [{ path, access: 'read' }] }),
  async run({ path, limit }, { session, signal }) {
    const root = isAbsolute(path) ? path : join(session.cwd, path);
    const comments: TodoComment[] = [];
    for await (const file of filesBelow(root, signal)) {
      comments.push(...(await commentsIn(file, root, limit - comments.length)));
      if (comments.length >= limit) break;
    }
    const lines = comments.map(({ file, line, kind, text }) => `${file}:${line} ${kind} ${text}`);
    const more = comments.length >= limit ? `\nThere may be more: these are the first ${limit}.` : '';
    return { content: lines.length === 0 ? 'There are none.' : lines.join('\n') + more, output: { comments } };
  },
});

async function* filesBelow(root: string, signal: AbortSignal): AsyncGenerator<string> {
  const { readdir } = await import('node:fs/promises');
  const folders = [root];
  let files = 0;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      signal.throwIfAborted();
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
      else if (entry.isFile() && files++ < MOST_FILES) yield join(folder, entry.name);
    }
  }
}

async function commentsIn(file: string, root: string, limit: number): Promise<readonly TodoComment[]> {
  const { readFile, stat } = await import('node:fs/promises');
  if ((await stat(file)).size > LARGEST) return [];
  const text = await readFile(file, 'utf8');
  if (text.includes('\0')) return []; // no text
  const found: TodoComment[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const [, kind, rest = ''] = COMMENT.exec(line) ?? [];
    if (kind === undefined || found.length >= limit) continue;
    const words = rest.replace(/\s*(\*\/|-->)\s*$/, '').trim();
    found.push({ file: relative(root, file), line: at + 1, kind, text: words });
  }
  return found;
}
