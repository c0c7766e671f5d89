import type { JsonObject } from 'tenon/plugin-api';

/** A Markdown file, taken apart. */
export interface SplitText {
  /** The YAML between the first two lines of three dashes. */
  readonly yaml?: string;
  /** What comes after it. */
  readonly body: string;
}

/** What stands at the top of a Markdown file. */
export interface FrontMatter {
  /** Empty when there are none, or they cannot be read. */
  readonly fields: JsonObject;
  readonly body: string;
  /** What is wrong with the YAML. */
  readonly problem?: string;
}

/** Milliseconds that a usual front matter is far below. */
const SLOW = 20;

/** Splits off the front matter. A first line of three dashes without a second one is text like any other. */
export function splitFrontMatter(text: string): SplitText {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const open = /^---[ \t]*(?:\r\n|\n|\r)/.exec(body);
  if (open === null) return { body };
  const close = /^---[ \t]*(?:\r\n|\n|\r|$)/gm;
  close.lastIndex = open[0].length;
  const end = close.exec(body);
  if (end === null) return { body };
  return { yaml: body.slice(open[0].length, end.index), body: body.slice(end.index + end[0].length) };
}

/**
 * Reads the front matter of a text.
 * @param cut the text is only the beginning of a file
 */
export async function readFrontMatter(text: string, cut = false): Promise<FrontMatter> {
  const { yaml, body } = splitFrontMatter(text);
  if (yaml === undefined) {
    const open = cut && /^---[ \t]*[\r\n]/.test(text);
    return { fields: {}, body, ...(open ? { problem: 'its front matter has no end within 64 KB' } : {}) };
  }
  if (yaml.trim() === '') return { fields: {}, body };
  const { parse } = await import('yaml');
  try {
    const began = performance.now();
    const fields = plain(parse(yaml, { logLevel: 'error', maxAliasCount: 100 }));
    // thousands of such would keep timers and interrupts waiting
    if (performance.now() - began > SLOW) await new Promise((resolve) => setImmediate(resolve));
    if (fields === null || fields === undefined) return { fields: {}, body };
    if (typeof fields === 'object' && !Array.isArray(fields)) return { fields: fields as JsonObject, body };
    return { fields: {}, body, problem: 'its front matter must be a map of fields' };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0]!.replace(/:$/, '') : String(error);
    return { fields: {}, body, problem: `its front matter is not YAML: ${reason}` };
  }
}

/** What JSON can hold of it: an alias within its own anchor makes a value that never ends. */
function plain(value: unknown): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  } catch {
    throw new Error('a value in it holds itself, or its brackets go too deep');
  }
}

/** The first paragraph of a Markdown text, on one line; a heading counts as one. */
export function firstParagraph(body: string): string {
  const lines: string[] = [];
  for (const line of body.split(/\r\n|\n|\r/, 200)) {
    const text = line.trim();
    if (text === '' && lines.length === 0) continue;
    if (text === '') break;
    const heading = /^#{1,6}\s+(.*)$/.exec(text)?.[1];
    if (heading !== undefined) return lines.length === 0 ? bounded(heading) : bounded(lines.join(' '));
    lines.push(text);
  }
  return bounded(lines.join(' '));
}

/** No description is longer than a list of them could use. */
export function bounded(text: string): string {
  return text.length > 4_000 ? `${text.slice(0, 3_999)}…` : text;
}
