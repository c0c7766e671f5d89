import type { Redirection } from 'unbash';
import type { RedirectedFile } from './simple-command.ts';
import { literalWord, type ShellWord, shellWord, type WordReader } from './word.ts';

/** The files and texts that redirections name; says what in them is not followed. */
export function redirections(
  redirects: readonly Redirection[],
  { inspect, scan, problem }: WordReader,
): { readonly files: readonly RedirectedFile[]; readonly texts: readonly ShellWord[] } {
  const files: RedirectedFile[] = [];
  const texts: ShellWord[] = [];
  for (const redirect of redirects) {
    if (redirect.descriptor?.type === 'FileDescriptorVariable') problem('a file descriptor in a variable');
    if (redirect.type === 'HereDoc') {
      const { delimiter, body, closing } = redirect;
      const clean = delimiter !== undefined && /^(['"]?)[A-Za-z0-9_.-]+\1$/.test(delimiter.text);
      if (closing === undefined || !clean) problem('a here-document whose end is not clear');
      const parts = delimiter?.quoted ? undefined : body.parts;
      if (parts === undefined) texts.push(literalWord(body.text));
      else {
        const word = shellWord({ type: 'Word', text: body.text, value: body.text, pos: 0, end: 0, parts });
        if (
          parts.some(
            (part) => part.type !== 'Literal' && part.type !== 'SimpleExpansion' && part.type !== 'ParameterExpansion',
          )
        ) {
          problem('an expansion in a here-document');
        }
        const expansions = word.pieces.filter((piece) => piece.kind === 'unknown');
        if (expansions.some((piece) => /[`$]/.test(piece.text))) problem('an expansion in a here-document');
        texts.push({ ...literalWord(body.text), raw: body.text });
        scan(body);
      }
      continue;
    }
    if (redirect.target === undefined) {
      problem('a redirection without a target');
      continue;
    }
    const target = inspect(redirect.target);
    if (redirect.type === 'HereString') {
      if (target.unknown) problem('an expansion in a here-string');
      texts.push(target);
      continue;
    }
    const { operator } = redirect;
    if ((operator === '>&' || operator === '<&') && /^(?:[0-9]+-?|-)$/.test(target.raw)) continue;
    if (operator === '<&') problem('a file descriptor that is not a number');
    files.push({ access: operator === '<' || operator === '<&' ? 'read' : 'write', target });
    if (operator === '<>') files.push({ access: 'read', target });
  }
  return { files, texts };
}
