import { resolve } from 'node:path';
import type { SessionRef } from 'tenon/plugin-api';
import { rememberFile } from './file-records.ts';
import { openRegular } from './regular-file.ts';

/** Bytes of the largest file that is remembered this way. */
const LARGEST = 10 * 1024 * 1024;

/** Options that take the next word as their value. */
const VALUED: Readonly<Record<string, RegExp>> = { head: /^-[cn]$/, tail: /^-[cn]$/, grep: /^-[ABCm]$/ };

/** The one file that a simple `cat`, `head`, `tail`, `nl`, `sed -n` or `grep` printed; `undefined` for all else. */
export function printedFile(command: string): string | undefined {
  const words = plainWords(command);
  if (words === undefined) return undefined;
  const [name = '', ...rest] = words;
  const operands: string[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!;
    if (!word.startsWith('-') || word === '-') operands.push(word);
    else if (VALUED[name]?.test(word)) at++;
  }
  switch (name) {
    case 'cat':
    case 'head':
    case 'tail':
    case 'nl':
      return operands.length === 1 && operands[0] !== '-' ? operands[0] : undefined;
    case 'grep':
      return operands.length === 2 ? operands[1] : undefined;
    case 'sed':
      return rest[0] === '-n' && rest.length === 3 && /^[\d$]+(?:,[\d$]+)?p$/.test(rest[1]!) ? rest[2] : undefined;
    default:
      return undefined;
  }
}

/** The words of a command without any operator, expansion or wildcard. */
function plainWords(command: string): string[] | undefined {
  const words: string[] = [];
  const text = command.trim();
  const word = /'([^']*)'|"([^"$`\\]*)"|([^\s'"|&;<>$`\\*?[\]{}()!#~]+)/y;
  for (let at = 0; at < text.length; ) {
    word.lastIndex = at;
    const found = word.exec(text);
    if (found === null) return undefined;
    words.push(found[1] ?? found[2] ?? found[3] ?? '');
    at = word.lastIndex;
    const blank = /[ \t]*/y;
    blank.lastIndex = at;
    blank.exec(text);
    // two quoted parts side by side are one word, which is not plain
    if (blank.lastIndex === at && at < text.length) return undefined;
    at = blank.lastIndex;
  }
  return words;
}

/**
 * Remembers a file that a command printed as one that the session has read.
 * @param cwd where the command ran
 * @param since when it started (`Date.now()`): a file that changed later may not be what was printed
 */
export async function rememberPrinted(session: SessionRef, path: string, cwd: string, since: number): Promise<void> {
  const file = await openRegular(resolve(cwd, path), cwd).catch(() => undefined); // not a file: nothing to remember
  if (file === undefined) return;
  try {
    const size = Number(file.stats.size);
    if (size > LARGEST || Number(file.stats.mtimeMs) >= since) return;
    rememberFile(session, file.real, file.stats, await file.handle.readFile());
  } finally {
    await file.handle.close();
  }
}
