import type { FlagTable } from './flags.ts';

/** How the operands of a read-only command are understood. */
export type Operands =
  /** Files that are read. */
  | 'read'
  /** Text. */
  | 'text'
  /** None is allowed. */
  | 'none'
  /** A pattern first, unless a flag gave it, then files. */
  | 'pattern'
  /** One file; a second would be written. */
  | 'one';

export interface ReadOnlyCommand extends FlagTable {
  readonly operands: Operands;
  /** It also has flags that write or run something, so words that are not literal could become one. */
  readonly strict?: boolean;
  /** Flags with which it reads whole folders. */
  readonly recursive?: string;
  /** Flags with which it goes through symbolic links of a folder. */
  readonly follows?: string;
  /** Reads the content of the working folder when no file is named. */
  readonly here?: boolean;
}

const GREP: ReadOnlyCommand = {
  short: 'EFGPivwxycHhLlnobqsaUrRzTZI',
  valued: 'ef<mABCdD',
  long:
    'extended-regexp fixed-strings basic-regexp perl-regexp regexp= file< ignore-case no-ignore-case word-regexp ' +
    'line-regexp count color colour files-without-match files-with-matches max-count= only-matching quiet silent ' +
    'no-messages byte-offset with-filename no-filename label= line-number initial-tab null after-context= ' +
    'before-context= context= text binary-files= devices= directories= exclude= exclude-dir= include= recursive ' +
    'dereference-recursive line-buffered invert-match null-data unix-byte-offsets binary version help',
  digits: true,
  operands: 'pattern',
  recursive: 'r R recursive dereference-recursive d directories',
  follows: 'R dereference-recursive',
};

const OD_LONG = 'address-radix= endian= skip-bytes= read-bytes= strings format= output-duplicates width traditional';

/** Commands that only read, with the flags that keep it so. Everything else about them is a question. */
export const READ_ONLY: ReadonlyMap<string, ReadOnlyCommand> = new Map<string, ReadOnlyCommand>([
  [
    'ls',
    {
      short: 'aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ1',
      valued: 'IwT',
      long:
        'all almost-all author escape block-size= ignore-backups color classify file-type format= full-time ' +
        'group-directories-first no-group human-readable si dereference dereference-command-line ' +
        'dereference-command-line-symlink-to-dir hide= hyperlink indicator-style= inode ignore= kibibytes literal ' +
        'numeric-uid-gid hide-control-chars show-control-chars quote-name quoting-style= reverse recursive size ' +
        'sort= time= time-style= tabsize= width= context zero version help',
      operands: 'read',
      follows: 'L dereference',
    },
  ],
  [
    'cat',
    {
      short: 'AbeEnstTuv',
      long: 'show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting version help',
      operands: 'read',
    },
  ],
  ['pwd', { short: 'LP', operands: 'none' }],
  [
    'head',
    {
      short: 'qvz',
      valued: 'nc',
      long: 'bytes= lines= quiet silent verbose zero-terminated version help',
      digits: true,
      operands: 'read',
    },
  ],
  [
    'tail',
    {
      short: 'fFqvzr',
      valued: 'ncs',
      long: 'bytes= lines= follow retry quiet silent verbose zero-terminated sleep-interval= max-unchanged-stats= version help',
      digits: true,
      operands: 'read',
    },
  ],
  ['grep', GREP],
  ['egrep', GREP],
  ['fgrep', GREP],
  ['wc', { short: 'clmwL', long: 'bytes chars lines words max-line-length total= version help', operands: 'read' }],
  ['which', { short: 'as', long: 'all', operands: 'text' }],
  [
    'diff',
    {
      short: 'abBcdeEilnNpqrstTuwyvZ',
      valued: 'CFIDLSUWxX<',
      long:
        'brief normal context unified ed rcs side-by-side width= left-column suppress-common-lines show-c-function ' +
        'show-function-line= label= expand-tabs initial-tab tabsize= suppress-blank-empty recursive no-dereference ' +
        'new-file unidirectional-new-file ignore-file-name-case exclude= exclude-from< starting-file= from-file< to-file< ' +
        'ignore-case ignore-tab-expansion ignore-trailing-space ignore-space-change ignore-all-space ignore-blank-lines ' +
        'ignore-matching-lines= text strip-trailing-cr minimal horizon-lines= speed-large-files color report-identical-files version help',
      digits: true,
      operands: 'read',
      recursive: '',
      follows: 'r recursive',
    },
  ],
  [
    'stat',
    {
      short: 'Lfltxnq',
      valued: 'c',
      long: 'dereference file-system terse format= printf= cached= version help',
      operands: 'read',
    },
  ],
  [
    'du',
    {
      short: 'abchHklmPsSx0D',
      valued: 'dBt',
      long:
        'all apparent-size block-size= bytes total dereference-args max-depth= human-readable inodes separate-dirs si ' +
        'summarize threshold= time time-style= exclude= one-file-system null no-dereference version help',
      operands: 'read',
    },
  ],
  [
    'rg',
    {
      short: 'iSsvwxFnNHIlclopPqu0aUhV.',
      valued: 'ef<gtTABCmMrEjd',
      long:
        'files files-with-matches files-without-match ignore-case smart-case case-sensitive fixed-strings glob= iglob= ' +
        'type= type-not= type-list hidden no-hidden no-ignore no-ignore-vcs no-ignore-dot no-ignore-parent ' +
        'no-ignore-global no-config count count-matches line-number no-line-number only-matching multiline ' +
        'multiline-dotall pcre2 context= after-context= before-context= max-count= max-depth= max-columns= ' +
        'max-columns-preview max-filesize= color= colors= heading no-heading with-filename no-filename json stats ' +
        'sort= sortr= word-regexp line-regexp invert-match quiet text trim unrestricted vimgrep passthru replace= ' +
        'regexp= file< null column no-column byte-offset crlf encoding= engine= field-match-separator= ' +
        'include-zero no-messages no-mmap mmap one-file-system pretty threads= include glob-case-insensitive ' +
        'context-separator= path-separator= binary debug version help',
      operands: 'pattern',
      strict: true,
      recursive: '',
      here: true,
    },
  ],
  [
    'fd',
    {
      short: 'HIusigFapq0d1h',
      valued: 'etEdcjSo',
      long:
        'hidden no-ignore no-ignore-vcs no-ignore-parent unrestricted case-sensitive ignore-case glob regex ' +
        'fixed-strings absolute-path full-path print0 max-depth= min-depth= exact-depth= exclude= type= extension= ' +
        'size= changed-within= changed-before= newer= older= owner= color= threads= max-results= quiet prune ' +
        'show-errors strip-cwd-prefix one-file-system relative-path version help',
      operands: 'pattern',
      strict: true,
    },
  ],
  [
    'sort',
    {
      short: 'bdfghiMnRrVcCmsuz',
      valued: 'ktS',
      long:
        'ignore-leading-blanks dictionary-order ignore-case general-numeric-sort ignore-nonprinting month-sort ' +
        'human-numeric-sort numeric-sort random-sort reverse sort= version-sort check key= merge stable ' +
        'field-separator= unique zero-terminated buffer-size= parallel= debug batch-size= version help',
      operands: 'read',
      strict: true,
    },
  ],
  [
    'uniq',
    {
      short: 'cdDiuz',
      valued: 'fsw',
      long: 'count repeated all-repeated skip-fields= group ignore-case skip-chars= unique zero-terminated check-chars= version help',
      operands: 'one',
      strict: true,
    },
  ],
  [
    'cut',
    {
      short: 'nsz',
      valued: 'bcdf',
      long: 'bytes= characters= delimiter= fields= complement only-delimited output-delimiter= zero-terminated version help',
      operands: 'read',
    },
  ],
  ['tr', { short: 'cCdst', long: 'complement delete squeeze-repeats truncate-set1 version help', operands: 'text' }],
  [
    'file',
    {
      short: 'bhiLkNrIE0',
      valued: 'Fe',
      long:
        'brief dereference no-dereference mime mime-type mime-encoding keep-going separator= no-pad raw extension ' +
        'apple exclude= exclude-quiet= print0 version help',
      operands: 'read',
      strict: true,
    },
  ],
  ['true', { short: '', operands: 'text' }],
  ['false', { short: '', operands: 'text' }],
  ['basename', { short: 'az', valued: 's', long: 'multiple suffix= zero version help', operands: 'text' }],
  ['dirname', { short: 'z', long: 'zero version help', operands: 'text' }],
  [
    'realpath',
    {
      short: 'eLmPqsz',
      long:
        'canonicalize-existing canonicalize-missing logical physical quiet relative-to< relative-base< strip ' +
        'no-symlinks zero version help',
      operands: 'read',
    },
  ],
  [
    'readlink',
    {
      short: 'efmnqsvz',
      long: 'canonicalize canonicalize-existing canonicalize-missing no-newline quiet silent verbose zero version help',
      operands: 'read',
    },
  ],
  [
    'seq',
    { short: 'w', valued: 'fs', long: 'format= separator= equal-width version help', digits: true, operands: 'text' },
  ],
  [
    'comm',
    {
      short: '123iz',
      long: 'check-order nocheck-order output-delimiter= total zero-terminated version help',
      operands: 'read',
    },
  ],
  [
    'cmp',
    {
      short: 'bls',
      valued: 'in',
      long: 'print-bytes ignore-initial= verbose bytes= quiet silent version help',
      operands: 'read',
    },
  ],
  [
    'fmt',
    {
      short: 'cstu',
      valued: 'wpg',
      long: 'crown-margin tagged-paragraph split-only uniform-spacing width= goal= prefix= version help',
      digits: true,
      operands: 'read',
    },
  ],
  ['expr', { short: '', digits: true, operands: 'text' }],
  [
    'nl',
    {
      short: 'p',
      valued: 'bdfhilnsvw',
      long:
        'body-numbering= section-delimiter= footer-numbering= header-numbering= line-increment= join-blank-lines= ' +
        'number-format= no-renumber number-separator= starting-line-number= number-width= version help',
      operands: 'read',
    },
  ],
  ['od', { short: 'abcdfilosxvhBCDEFHIOLX', valued: 'AjNSt', long: OD_LONG, operands: 'read' }],
  [
    'tree',
    {
      short: 'adfilpsughDFvtrcUxACNQJXqns',
      valued: 'LPI',
      long:
        'dirsfirst noreport gitignore prune filelimit= filelimit sort= timefmt= du inodes device si matchdirs ignore-case ' +
        'metafirst charset= info filesfirst version help',
      operands: 'read',
      follows: 'l',
      strict: true,
    },
  ],
  ['whoami', { short: '', long: 'version help', operands: 'none' }],
  ['sleep', { short: '', long: 'version help', operands: 'text' }],
  // without -c, which reads the files that a file names
  ...['md5sum', 'sha1sum', 'sha256sum', 'sha512sum'].map((name): [string, ReadOnlyCommand] => [
    name,
    { short: 'btz', long: 'binary text tag zero version help', operands: 'read' },
  ]),
  ['id', { short: 'agGnruzZ', long: 'context group groups name real user zero version help', operands: 'text' }],
  [
    'uname',
    {
      short: 'asnrvmpio',
      long: 'all kernel-name nodename kernel-release kernel-version machine processor hardware-platform operating-system version help',
      operands: 'none',
    },
  ],
  [
    'hostname',
    {
      short: 'fsdiIAy',
      long: 'fqdn short domain ip-address all-ip-addresses all-fqdns long alias version help',
      operands: 'none',
      strict: true,
    },
  ],
  [
    'pgrep',
    {
      short: 'flavnxiocwL',
      valued: 'uUgGPtsd',
      long:
        'full list-name list-full count newest oldest exact ignore-case inverse delimiter= euid= uid= group= pgroup= ' +
        'parent= session= terminal= runstates= ns= nslist= lightweight version help',
      operands: 'text',
      strict: true,
    },
  ],
  ['getconf', { short: 'a', valued: 'v', operands: 'text' }],
  [
    'numfmt',
    {
      short: 'zd',
      valued: 'd',
      long:
        'from= to= from-unit= to-unit= padding= format= field= delimiter= suffix= invalid= header round= grouping ' +
        'zero-terminated debug version help',
      operands: 'text',
    },
  ],
  ['tsort', { short: '', operands: 'read' }],
  [
    'pr',
    {
      short: 'acdFfJmrtTv',
      valued: 'hlowWDN',
      attached: 'nsSei',
      long:
        'columns= across show-control-chars double-space date-format= expand-tabs form-feed header= output-tabs ' +
        'join-lines length= merge number-lines first-line-number= indent= no-file-warnings separator sep-string ' +
        'omit-header omit-pagination show-nonprinting width= page-width= pages= version help',
      digits: true,
      operands: 'read',
    },
  ],
]);
