import { FILE_IMPORTS } from './limits.ts';

/**
 * Text without the HTML comments that begin a line: they are notes among people. Code blocks stay as they are, and so
 * does a comment without an end.
 */
export function withoutComments(markdown: string): string {
  let kept = '';
  let fence: string | undefined;
  for (let at = 0; at < markdown.length; ) {
    const newline = markdown.indexOf('\n', at);
    const end = newline < 0 ? markdown.length : newline + 1;
    const line = markdown.slice(at, end);
    const start = fence === undefined ? /^ {0,3}<!--/.exec(line) : null;
    const close = start === null ? -1 : markdown.indexOf('-->', at + start[0].length);
    if (close >= 0) {
      at = close + '-->'.length;
      // a line of which nothing is left goes as a whole
      at += /^[^\S\n]*(\n|$)/.exec(markdown.slice(at, at + 1_000))?.[0].length ?? 0;
      continue;
    }
    if (start !== null) return kept + markdown.slice(at);
    fence = fenceAfter(fence, line);
    kept += line;
    at = end;
  }
  return kept;
}

/**
 * The paths that a text imports: `@path` at the beginning of a word, outside of code spans and code blocks, as they are
 * written (`\ ` is a blank). Many are mentions of something else; only those that name a file count.
 */
export function importsOf(markdown: string): readonly string[] {
  if (!markdown.includes('@')) return [];
  const found = new Set<string>();
  const text = withoutSpans(withoutFences(markdown));
  for (const [, path] of text.matchAll(/(?:^|[\s(])@((?:\\ |[^\s\\@`<>])+)/g)) {
    if (/^[\w.~/]/.test(path!)) found.add(path!.replaceAll('\\ ', ' '));
    if (found.size >= FILE_IMPORTS) break;
  }
  return [...found];
}

/** The text outside of fenced code blocks. */
function withoutFences(markdown: string): string {
  let fence: string | undefined;
  const kept: string[] = [];
  for (const line of markdown.split('\n')) {
    const before = fence;
    fence = fenceAfter(fence, line);
    // what stands before and after a block are two paragraphs
    kept.push(before === undefined && fence === undefined ? line : '');
  }
  return kept.join('\n');
}

/** The mark of the code block that is open after a line, when `fence` was open before it. */
function fenceAfter(fence: string | undefined, line: string): string | undefined {
  const mark = /^(?:\s|[-*+>]\s|\d+[.)]\s)*(`{3,}|~{3,})(.*)/.exec(line);
  if (mark === null) return fence;
  const [, ticks, after] = mark as unknown as [string, string, string];
  if (fence === undefined) return ticks.startsWith('`') && after.includes('`') ? undefined : ticks;
  return ticks.startsWith(fence) && after.trim() === '' ? undefined : fence;
}

/** A code span ends at as many backticks as it began with, within its paragraph; without an end it is none. */
function withoutSpans(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/(?<!`)(`+)(?!`)([\s\S]*?)(?<!`)\1(?!`)/g, ' '))
    .join('\n\n');
}
