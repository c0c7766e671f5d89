import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { ContentBlock, Session, ToolRun } from 'tenon/plugin-api';

/** Characters of one file that come along; the model can read more of it. */
const LIMIT = 50_000;

/**
 * The files that a text names, as Read shows them; a file that may not be read unasked is named with the reason. What is
 * no file is left out.
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
  return text.length <= LIMIT
    ? text
    : `${text.slice(0, LIMIT)}\n[… ${text.length - LIMIT} characters more; Read shows them]`;
}

/** Text for the model that nobody typed. */
function reminder(text: string): string {
  // a text that closes the mark itself could pass for the user's words
  const inside = text.trim().replaceAll('</system-reminder>', '<\\/system-reminder>');
  return `<system-reminder>\n${inside}\n</system-reminder>`;
}
