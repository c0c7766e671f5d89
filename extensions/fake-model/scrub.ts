/** What must not be in a recording, and what is different on each machine. */
export interface ScrubParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute paths. */
  readonly home: string;
  readonly cwd: string;
}

/** Names of variables that hold secrets, by one of their words. */
const SECRET_NAME =
  /(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|CREDENTIALS?|AUTH|COOKIE|PAT|DSN|CUSTOM_HEADERS)S?(_|$)/i;
/** PWD and OLDPWD are folders. */
const NO_SECRETS = new Set(['PWD', 'OLDPWD']);
/** Shorter values stand in too many texts by chance. */
const SHORTEST = 6;

const SECRET = '⟦secret⟧';
const CWD = '⟦cwd⟧';
const HOME = '⟦home⟧';

/** What keys and tokens look like, with what stays of them. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, SECRET],
  [
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest)\s+)?)(?!⟦)[^\s"',;]{4,}/gi,
    `$1${SECRET}`,
  ],
  [/\b(x-api-key["']?\s*[:=]\s*["']?)(?!⟦)[^\s"',;]{4,}/gi, `$1${SECRET}`],
  [/\b(Bearer\s+)[\w.~+/=-]{8,}/g, `$1${SECRET}`],
  [/\bsk-[\w-]{16,}/g, SECRET],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|npm_|hf_)[\w-]{16,}/g, SECRET],
  [/\bxox[abeoprs]-[\w-]{10,}/g, SECRET],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, SECRET],
  [/\bAIza[\w-]{30,}/g, SECRET],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, SECRET],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/:@"']*:[^\s/@"']+@/gi, `$1${SECRET}@`],
  [
    /\b([A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD)["']?\s*[=:]\s*["']?)(?=[^\s"']*\d)(?=[^\s"']*[A-Za-z])[^\s"'$(){}[\]⟦]{12,}/g,
    `$1${SECRET}`,
  ],
];

/**
 * Makes the function that takes secrets out of a text (values of variables that hold some, and what looks like one), and
 * puts placeholders in the place of the working folder and the home folder.
 */
export function scrubber({ env, home, cwd }: ScrubParts): (text: string) => string {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !SECRET_NAME.test(name) || NO_SECRETS.has(name.toUpperCase())) continue;
    const secrets = /HEADERS$/i.test(name)
      ? value.split(/\r?\n/).map((line) => line.slice(line.indexOf(':') + 1))
      : [value];
    for (const secret of secrets.map((one) => one.trim())) {
      if (secret.length < SHORTEST) continue;
      // as it stands, as it stands in JSON, and as it stands in an address
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
        if (!values.has(form)) values.set(form, `⟦${name}⟧`);
      }
    }
  }
  const secrets = [...values].sort(([a], [b]) => b.length - a.length);
  const folders = [
    [cwd, CWD],
    [home, HOME],
  ].flatMap(([path, name]) => (path === undefined || path.length < 3 ? [] : [[pathPattern(path), name!] as const]));
  return (text) => {
    let clean = text;
    for (const [value, name] of secrets) if (clean.includes(value)) clean = clean.replaceAll(value, name);
    for (const [shape, kept] of SHAPES) clean = clean.replace(shape, kept);
    for (const [pattern, name] of folders) clean = clean.replace(pattern, name);
    return clean;
  };
}

/** Puts the folders of this machine where a recording has placeholders. */
export function expander({ home, cwd }: Pick<ScrubParts, 'home' | 'cwd'>): (text: string) => string {
  return (text) => (text.includes('⟦') ? text.replaceAll(CWD, cwd).replaceAll(HOME, home) : text);
}

/** The value with every text in it changed. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)])) as T;
}

/** A folder as a whole: `/home/me` is neither in `/x/home/me` nor in `/home/me2`. */
function pathPattern(path: string): RegExp {
  return new RegExp(`(?<![\\w.~-])${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'g');
}
