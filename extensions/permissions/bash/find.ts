import type { ShellWord } from './word.ts';

/** Tests and actions of find that only look, with the number of arguments each takes. */
const PREDICATES = new Map<string, number>([
  ...names(
    'name iname path ipath wholename iwholename regex iregex regextype type xtype size mtime mmin atime amin ctime cmin',
    1,
  ),
  ...names('newermt maxdepth mindepth printf user group uid gid perm links inum lname ilname used fstype context', 1),
  ...names(
    'depth d prune print print0 ls not a and o or empty nouser nogroup readable writable executable true false',
    0,
  ),
  ...names('mount xdev quit daystart noleaf ignore_readdir_race noignore_readdir_race warn nowarn', 0),
]);
/** Tests that read the times of another file. */
const REFERENCES = /^-(?:newer|anewer|cnewer|samefile|newer[aBcm][aBcm])$/;

function names(list: string, count: number): [string, number][] {
  return list.split(' ').map((name) => [`-${name}`, count]);
}

/** The files a find command looks at, or why it may do more than look. */
export function findReads(words: readonly ShellWord[]): readonly ShellWord[] | string {
  const reads: ShellWord[] = [];
  let at = 1;
  while (/^-(?:[HP]|O[0-3]?)$/.test(words[at]?.text ?? '')) at++;
  if (words[at]?.text === '-L') return 'find -L goes through symbolic links';
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (/^[-(!),]/.test(word.text)) break;
    if (!word.plain && !(word.tilde && !word.unknown))
      return `${word.raw} is not literal, and find has actions that run or write`;
    reads.push(word);
  }
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (!word.plain) return `${word.raw} is not literal, and find has actions that run or write`;
    const { text } = word;
    if (text === '(' || text === ')' || text === '!' || text === ',') continue;
    if (REFERENCES.test(text)) {
      const reference = words[++at];
      if (reference === undefined || reference.unknown) return `${text} has no literal argument`;
      if (!text.endsWith('t') || text === '-newerat') reads.push(reference);
      continue;
    }
    const count = PREDICATES.get(text);
    if (count === undefined) return `find ${text} is not known to only look`;
    for (let taken = 0; taken < count; taken++) {
      const argument = words[++at];
      if (argument === undefined) return `find ${text} has no argument`;
      if (!argument.plain) return `${argument.raw} is not literal, and find has actions that run or write`;
    }
  }
  return reads;
}

/** Where a find command starts, for judging what its actions remove. */
export function findStarts(words: readonly { readonly text: string }[]): readonly string[] {
  const starts: string[] = [];
  for (const { text } of words.slice(1)) {
    if (/^-(?:[HLP]|O[0-3]?)$/.test(text) && starts.length === 0) continue;
    if (/^[-(!),]/.test(text)) break;
    starts.push(text);
  }
  return starts;
}
