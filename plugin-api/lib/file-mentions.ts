import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { ContentBlock } from '../message.ts';
import type { Session, ToolRun } from '../services/loop.ts';

/** Files that one text may bring along. */
const MOST_FILES = 20;

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
  return [...found].slice(0, MOST_FILES);
}

/** Characters of one file that come along; the model can read more of it. */
const MOST_CHARACTERS = 50_000;

/**
 * The files that a text names, as Read shows them; a file that may not be read unasked is named with the reason. What is
 * no file is left out. Must be called while the session answers a prompt.
 * @param home where `~` leads
 * @param paths what `mentionsIn` found
 */
export async function includedFiles(
  session: Session,
  home: string,
  paths: readonly string[],
): Promise<readonly ContentBlock[]> {
  const blocks: ContentBlock[] = [];
  for (const path of paths) {
    const file = placeOf(path, session.cwd, home);
    const isFile = await stat(file).then(
      (info) => info.isFile(),
      () => false, // a word that begins with @
    );
    if (!isFile) continue;
    blocks.push(...blocksOf(path, file, await session.runTool('Read', { file_path: file })));
  }
  return blocks;
}

function placeOf(path: string, cwd: string, home: string): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(2));
  return isAbsolute(path) ? path : resolve(cwd, path);
}

function blocksOf(path: string, file: string, { content, isError }: ToolRun): readonly ContentBlock[] {
  const texts =
    typeof content === 'string' ? [content] : content.flatMap((one) => (one.type === 'text' ? one.text : []));
  const others = typeof content === 'string' ? [] : content.filter(({ type }) => type !== 'text');
  const head = isError ? `@${path} (${file}) is not included:` : `@${path} is the file ${file}:`;
  return [{ type: 'text', text: reminder(`${head}\n${cut(texts.join('\n'))}`) }, ...others];
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS)}\n[… ${text.length - MOST_CHARACTERS} characters more; Read shows them]`;
}

/** Text for the model that nobody typed. */
function reminder(text: string): string {
  // a text that closes the mark itself could pass for the user's words
  const inside = text.trim().replaceAll('</system-reminder>', '<\\/system-reminder>');
  return `<system-reminder>\n${inside}\n</system-reminder>`;
}
