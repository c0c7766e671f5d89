import type { ParsedScript, Word } from 'unbash';

/** Words with a meaning of their own where a command may begin, and builtins whose arguments may be assignments. */
const SPECIAL = new Set(
  (
    'if then else elif fi for while until do done case esac in select function time coproc ' +
    'declare typeset local export readonly alias'
  ).split(' '),
);

/** Nothing in it is quoted, expanded, a pattern, an operator or a comment. */
const PLAIN = /^[\w./:,@%+-][\w./:,@%+=-]*(?: [\w./:,@%+=-]+)*$/;

/**
 * What the parser makes of one command of plain words with one blank between, or `undefined` for everything else. Most
 * commands are such, and for them the parser need not be loaded.
 */
export function plainScript(source: string): ParsedScript | undefined {
  if (!PLAIN.test(source)) return undefined;
  const texts = source.split(' ');
  const first = texts[0]!;
  if (first.includes('=') || SPECIAL.has(first)) return undefined;
  let pos = 0;
  const [name, ...suffix] = texts.map((text): Word => {
    const word = { type: 'Word', text, pos, end: pos + text.length, value: text } as const;
    pos = word.end + 1;
    return word;
  });
  const place = { pos: 0, end: source.length };
  const command = { type: 'Command', ...place, name: name!, prefix: [], suffix, redirects: [] } as const;
  return { type: 'Script', ...place, commands: [{ type: 'Statement', ...place, command }] } as unknown as ParsedScript;
}

/** A text needs the parser, which is not loaded yet. */
export class ParserNeeded extends Error {
  override readonly name = 'ParserNeeded';
}
