import { decodeFlags, type FlagTable } from './flags.ts';
import type { ShellWord } from './word.ts';

const DIFF_LONG =
  'stat shortstat numstat dirstat summary name-only name-status patch no-patch raw unified color no-color color-words ' +
  'word-diff word-diff-regex= minimal patience histogram diff-algorithm= find-renames find-copies no-renames ' +
  'diff-filter= ignore-all-space ignore-space-change ignore-space-at-eol ignore-blank-lines ignore-cr-at-eol ' +
  'function-context exit-code quiet relative no-relative text binary full-index abbrev check compact-summary ' +
  'patch-with-stat cc combined-all-paths no-ext-diff no-textconv color-moved inter-hunk-context= ' +
  'src-prefix= dst-prefix= no-prefix pickaxe-all pickaxe-regex';
const DIFF_SHORT = 'puswbBCMDRazcmW';
const LOG_LONG =
  `${DIFF_LONG} oneline graph all branches tags remotes decorate no-decorate decorate-refs= format pretty abbrev-commit ` +
  'no-abbrev-commit since= until= after= before= author= committer= grep= all-match invert-grep regexp-ignore-case ' +
  'extended-regexp fixed-strings perl-regexp merges no-merges first-parent reverse max-count= skip= date= ' +
  'follow full-history simplify-by-decoration left-right cherry cherry-pick cherry-mark topo-order date-order ' +
  'author-date-order relative-date parents children boundary walk-reflogs source log-size ancestry-path ' +
  'notes no-notes encoding= no-walk stdin reflog min-parents max-parents left-only right-only count';
const LOG: FlagTable = { short: `${DIFF_SHORT}iEFPg`, valued: 'nSGL', attached: 'U', long: LOG_LONG, digits: true };
const DIFF: FlagTable = {
  short: DIFF_SHORT,
  valued: 'SGl',
  attached: 'U',
  long: `${DIFF_LONG} cached staged merge-base base ours theirs`,
  digits: true,
};

interface GitCommand extends FlagTable {
  /** No operands unless one of these flags is there; `undefined`: operands are revisions and paths. */
  readonly operandsWith?: readonly string[];
  readonly most?: number;
  /** First words of operands that are allowed; the subcommand's own verbs. */
  readonly verbs?: readonly string[];
  /** Shows the content of files in the working folder. */
  readonly content?: boolean;
}

const LIST_FLAGS =
  'list sort= format= merged= no-merged= contains= no-contains= points-at= column no-column color no-color ignore-case';

const COMMANDS: ReadonlyMap<string, GitCommand> = new Map<string, GitCommand>([
  [
    'status',
    {
      short: 'sbuvz',
      long: 'short branch show-stash porcelain long verbose untracked-files ignore-submodules ignored column no-column ahead-behind no-ahead-behind renames no-renames find-renames null',
    },
  ],
  ['log', LOG],
  ['show', LOG],
  ['whatchanged', LOG],
  ['diff', DIFF],
  ['diff-tree', { ...DIFF, short: `${DIFF_SHORT}rt`, long: `${DIFF_LONG} root no-commit-id stdin pretty format` }],
  ['diff-index', { ...DIFF, long: `${DIFF_LONG} cached merge-base` }],
  ['diff-files', DIFF],
  [
    'shortlog',
    {
      short: 'nsec',
      attached: 'w',
      long: 'numbered summary email group= format since= until= author= all no-merges',
      digits: true,
    },
  ],
  ['rev-list', { ...LOG, long: `${LOG_LONG} objects no-object-names unpacked bisect disk-usage` }],
  [
    'rev-parse',
    {
      short: 'q',
      long:
        'show-toplevel abbrev-ref short verify is-inside-work-tree is-inside-git-dir is-bare-repository ' +
        'is-shallow-repository git-dir absolute-git-dir git-common-dir symbolic-full-name symbolic quiet all branches tags ' +
        'remotes show-prefix show-cdup show-superproject-working-tree default= revs-only no-revs flags no-flags sq not git-path=',
    },
  ],
  [
    'branch',
    {
      short: 'arvl',
      long: `${LIST_FLAGS} all remotes verbose show-current abbrev no-abbrev`,
      operandsWith: ['list', 'l'],
    },
  ],
  ['tag', { short: 'ln', long: LIST_FLAGS, digits: true, operandsWith: ['list', 'l'] }],
  ['remote', { short: 'v', long: 'verbose all push', verbs: ['get-url'] }],
  [
    'ls-files',
    {
      short: 'cdmosikuztvf',
      valued: 'x',
      long:
        'cached deleted modified others ignored stage killed unmerged directory no-empty-directory eol deduplicate ' +
        'exclude= exclude-standard error-unmatch full-name abbrev debug format=',
    },
  ],
  ['ls-tree', { short: 'drtlz', long: 'long name-only name-status object-only full-name full-tree abbrev format=' }],
  ['cat-file', { short: 'tsep', long: 'batch batch-check batch-all-objects unordered' }],
  [
    'blame',
    {
      short: 'lstfnpewcMC',
      valued: 'L',
      long: 'porcelain line-porcelain incremental root show-name show-number show-stats show-email date= abbrev= since= color-lines color-by-age first-parent',
    },
  ],
  [
    'describe',
    {
      short: '',
      long: 'all tags contains abbrev candidates= exact-match dirty broken long match= exclude= always first-parent',
    },
  ],
  ['reflog', { ...LOG, verbs: ['show', 'HEAD'] }],
  ['stash', { ...LOG, verbs: ['list', 'show'] }],
  ['worktree', { short: 'vz', long: 'porcelain verbose', verbs: ['list'] }],
  ['name-rev', { short: '', long: 'tags refs= exclude= all name-only no-undefined always' }],
  [
    'for-each-ref',
    {
      short: '',
      valued: '',
      long: 'count= sort= format= points-at= merged= no-merged= contains= no-contains= ignore-case omit-empty exclude=',
    },
  ],
  ['show-ref', { short: 'qdsv', long: 'head heads tags dereference hash verify abbrev quiet exists branches' }],
  ['merge-base', { short: 'a', long: 'all octopus independent is-ancestor fork-point' }],
  ['count-objects', { short: 'vH', long: 'verbose human-readable', operandsWith: [] }],
  ['symbolic-ref', { short: 'q', long: 'quiet short', most: 1 }],
  ['check-ignore', { short: 'qvzn', long: 'quiet verbose non-matching no-index' }],
  [
    'grep',
    {
      short: 'ivwEFGPlLcohHIaWpqznr',
      valued: 'eABCm',
      long:
        'cached untracked ignore-case word-regexp invert-match extended-regexp basic-regexp perl-regexp fixed-strings ' +
        'line-number column files-with-matches name-only files-without-match count only-matching color no-color break ' +
        'heading show-function function-context context= after-context= before-context= max-depth= max-count= quiet ' +
        'recursive no-recursive and or not all-match text full-name',
      digits: true,
      content: true,
    },
  ],
  [
    'config',
    {
      short: 'lz',
      long: 'get= get-all= get-regexp= list global local system worktree show-origin show-scope name-only type= bool int path null default=',
      most: 1,
    },
  ],
  ['version', { short: '', long: 'build-options', operandsWith: [] }],
]);

/** What a git command reads, or why it may do more than read. */
export function gitReads(
  words: readonly ShellWord[],
): { readonly reads: readonly ShellWord[]; readonly content: boolean } | string {
  let at = 1;
  while (words[at]?.text.startsWith('-')) {
    const { text } = words[at]!;
    if (text === '--version') return { reads: [], content: false };
    if (text !== '--no-pager' && text !== '-P' && text !== '--no-optional-locks' && text !== '--literal-pathspecs') {
      return `git ${text} before the subcommand can run or write`;
    }
    at++;
  }
  if (words.some((word) => word.glob || word.tilde || word.pieces.some((piece) => piece.kind === 'variable'))) {
    return 'a word of the git command is not literal, and git has flags that run or write';
  }
  const name = words[at]?.text;
  if (name === undefined) return { reads: [], content: false };
  const table = COMMANDS.get(name);
  if (table === undefined || !words[at]!.plain) return `git ${name} is not known to only read`;
  const decoded = decodeFlags(words.slice(at + 1), table);
  if (typeof decoded === 'string') return `git ${name}: ${decoded}`;
  const { flags, values, operands } = decoded;
  if ([...values.map((value) => value.text)].some((text) => /%G|%\(\*?sig/.test(text)))
    return 'git would run the signature program';
  if (table.verbs !== undefined) {
    const verb = operands[0]?.text;
    const bare = verb === undefined && (name === 'remote' || name === 'reflog');
    if (!bare && !table.verbs.includes(verb ?? '')) return `git ${name} ${verb ?? ''} is not known to only read`;
  }
  if (table.operandsWith !== undefined && operands.length > 0 && !table.operandsWith.some((flag) => flags.has(flag))) {
    return `git ${name} with a name changes something`;
  }
  if (name === 'config') {
    const reading = ['get', 'get-all', 'get-regexp', 'list', 'l'].some((flag) => flags.has(flag));
    const verb = operands[0]?.text;
    if (!reading && operands.length !== 1) return 'git config with a value writes';
    if (reading && operands.length > 1) return 'git config with a value writes';
    if (verb !== undefined && !/^[A-Za-z][\w-]*\.[\w./*:@^$-]+$/.test(verb))
      return `git config ${verb} is not known to only read`;
  } else if (table.most !== undefined && operands.length > table.most)
    return `git ${name} with ${operands.length} names writes`;
  return { reads: operands.filter((word) => leavesFolder(word.text)), content: table.content === true };
}

/** Revisions and paths look alike; those that can name something outside of the repository are judged as paths. */
function leavesFolder(text: string): boolean {
  return text.startsWith('/') || text.startsWith('~') || text.split('/').includes('..');
}

const NOT_COVERED_FLAGS = [
  'exec',
  'exec-path',
  'upload-pack',
  'receive-pack',
  'open-files-in-pager',
  'ext-diff',
  'extcmd',
  'config',
  'config-env',
  'template',
  'output',
  'git-dir',
  'work-tree',
  'textconv',
  'filters',
  'paginate',
  'gpg-sign',
  'separate-git-dir',
  'no-index',
  'contents',
  'unsafe-paths',
];

/** Subcommands that run what they are given, or write where they are told. */
const RUNS_PROGRAMS =
  /^(?:difftool|mergetool|filter-branch|submodule|instaweb|daemon|send-email|remote-.*|merge-index|merge-one-file|checkout-index|for-each-repo|hook|credential.*|shell|upload-.*|receive-pack|web--browse|.*--helper|p4|svn|cvs.*|fast-import|maintenance|help)$/;

/** Subcommands that write where their operands say. */
const WRITES_OPERANDS = /^(?:clone|init|worktree|bundle)$/;

/**
 * Files and folders that a git command names besides those of its repository, as far as a rule with a wildcard covers it:
 * what leads out of the folder, and where some write.
 */
export function gitPlaces(
  words: readonly ShellWord[],
): readonly { readonly text: string; readonly access: 'read' | 'write' }[] {
  const at = words.findIndex(({ text }, index) => index > 0 && !text.startsWith('-'));
  const sub = words[at]?.text ?? '';
  const writes = WRITES_OPERANDS.test(sub);
  const places: { text: string; access: 'read' | 'write' }[] = [];
  for (let index = at + 1; at > 0 && index < words.length; index++) {
    const { text } = words[index]!;
    if (/^(?:-[a-zA-Z]*m|--message)$/.test(text)) {
      // what follows is a text
      index++;
      continue;
    }
    const file = /^(?:-F|--file=|--from-file=|--pathspec-from-file=|--reference=|--template=)(.+)$/s.exec(text)?.[1];
    const place = file ?? (text.startsWith('-') ? undefined : text);
    if (place === undefined || /^[\w.+-]+:|^[^/]+@[^/]+:/.test(place)) continue;
    if (leavesFolder(place)) places.push({ text: place, access: writes ? 'write' : 'read' });
    else if (writes) places.push({ text: place, access: 'write' });
  }
  return places;
}

/** Why a rule with a wildcard does not cover a git command, or `undefined`. */
export function gitBeyondRules(words: readonly ShellWord[], ruleText: string): string | undefined {
  let at = 1;
  while (words[at]?.text.startsWith('-')) {
    const { text } = words[at]!;
    if (!/^(?:--no-pager|-P|--no-optional-locks|--version|--literal-pathspecs)$/.test(text))
      return `git ${text} before the subcommand`;
    at++;
  }
  const sub = words[at]?.text ?? '';
  const named = ruleText.startsWith(`git ${sub} `) || ruleText.startsWith(`git ${sub}:`);
  const rest = words.slice(at + 1);
  if (sub === 'config' && !named) return 'git config can name programs to run';
  if (RUNS_PROGRAMS.test(sub) && !named) return `git ${sub} runs programs`;
  if (sub === 'bisect' && rest[0]?.text === 'run') return 'git bisect run runs programs';
  for (const { text } of rest) {
    if (text === '--') break;
    if (/^(?:archive|format-patch)$/.test(sub) && /^-[a-zA-Z]*o|^--ou/.test(text))
      return `git ${sub} ${text} writes a file`;
    if (/^ext::/.test(text)) return 'an ext:: address runs a program';
    const long = /^--([A-Za-z-]+)/.exec(text)?.[1];
    if (long !== undefined && NOT_COVERED_FLAGS.some((flag) => flag.startsWith(long))) return `git --${long}`;
    if (sub === 'rebase' && /^-[a-zA-Z]*x/.test(text)) return 'git rebase -x runs a program';
    if (sub === 'grep' && /^-[a-zA-Z]*O/.test(text)) return 'git grep -O runs a program';
    if (/^(?:clone|ls-remote|fetch|archive|pull)$/.test(sub) && /^-[uc]/.test(text)) return `git ${sub} ${text}`;
  }
  return undefined;
}
