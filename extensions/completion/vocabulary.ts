import type { CliFlag, CliVerb, DeclaredItem } from 'tenon/plugin-api';

/** What can be completed. All words are safe to stand in a script unquoted; descriptions hold no control characters. */
export interface Vocabulary {
  /** The program's name. */
  readonly command: string;
  readonly flags: readonly FlagWords[];
  readonly verbs: readonly VerbWords[];
}
export interface FlagWords {
  /** With dashes: the long name, aliases, and the letter. */
  readonly names: readonly string[];
  readonly description: string;
  readonly value: CliFlag['value'];
  /** What the value may be. Empty: anything. */
  readonly choices: readonly string[];
  /** The value is the name of a file or folder. */
  readonly path?: 'file' | 'folder';
}
export interface VerbWords {
  readonly name: string;
  readonly description: string;
  /** What the first word after it may be. Empty: anything. */
  readonly words: readonly string[];
}

// A shell expands these scripts, and manifests of others are in them: anything it could take for more than a word is left out.
const WORD = /^[\w@%+,./-]+$/;

/** Collects the words that manifests declare for the point `cli`; of a name that two declare, the first counts. */
export function vocabularyOf(command: string, declared: readonly DeclaredItem[]): Vocabulary {
  const flags: FlagWords[] = [];
  const verbs: VerbWords[] = [];
  const taken = new Set<string>();
  const claim = (name: string) => {
    if (!WORD.test(name) || taken.has(name)) return false;
    taken.add(name);
    return true;
  };
  for (const item of declared) {
    if (item.name.startsWith('--')) {
      const flag = item as unknown as CliFlag;
      if (flag.hidden === true || !claim(flag.name)) continue;
      const more = [...(flag.aliases ?? []), ...(flag.short === undefined ? [] : [`-${flag.short}`])];
      const choices = (flag.choices ?? flag.parts ?? []).filter((one) => WORD.test(one));
      const path = pathOf(flag);
      flags.push({
        names: [flag.name, ...more.filter(claim)],
        description: plain(flag.description),
        value: flag.repeat === true && flag.value === 'string' ? 'list' : flag.value,
        choices,
        ...(path && { path }),
      });
    } else if (/^[a-z]/i.test(item.name) && !/[.:]/.test(item.name) && claim(item.name)) {
      const verb = item as unknown as CliVerb;
      verbs.push({ name: verb.name, description: plain(verb.description), words: wordsOf(verb.usage) });
    }
  }
  return { command, flags, verbs };
}

/** `<get|set|list> [...args]` begins with one of three words. */
function wordsOf(usage: string | undefined): readonly string[] {
  const first = /^[<[]([^>\]]+)[>\]]/.exec(usage ?? '')?.[1] ?? '';
  return first.includes('|') ? first.split('|').filter((word) => WORD.test(word)) : [];
}

function pathOf({ file, placeholder = '' }: CliFlag): FlagWords['path'] {
  if (/folder|dir/.test(placeholder)) return 'folder';
  return file !== undefined || /file|path/.test(placeholder) ? 'file' : undefined;
}

function plain(text: string | undefined): string {
  return (text ?? '')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .slice(0, 200);
}
