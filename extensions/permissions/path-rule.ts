import { resolve } from 'node:path';
import { walkPath } from './path-walk.ts';

/** A gitignore-style pattern of a Read or Edit rule, ready to be tried on absolute paths. */
export interface PathPattern {
  /** True when the pattern names the path or a folder above it. */
  matches(path: string): boolean;
  /** False when nothing at or below `folder` can match. */
  mayMatchBelow(folder: string): boolean;
  /** The last literal component of the pattern. */
  readonly name?: string;
}

/** The folders that patterns start from. */
export interface PatternAnchors {
  /** The folder of `/path`: that of the settings the rule stands in. */
  readonly source: string;
  /** The folder of relative patterns. */
  readonly cwd: string;
  readonly home: string;
}

/** Text without the differences that some file systems ignore. */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/**
 * Reads a path pattern: `//abs`, `~/home`, `/from-the-settings-folder`, `relative`. `*` stays within a component, `**`
 * does not; a bare name is found at any depth; a folder covers all it holds.
 * `strict` is for deny and ask rules: letter case is ignored, and a bare name or `name/**` counts wherever it stands.
 * @throws Error saying what is wrong with the pattern
 */
export function pathPattern(text: string, anchors: PatternAnchors, strict: boolean): PathPattern {
  if (text === '') throw new Error('the path is empty');
  if (text.startsWith('!')) throw new Error('a pattern cannot be negated');
  if (text.includes('\0')) throw new Error('the path contains a NUL character');
  const { base, rest, anchored } = split(text, anchors, strict);
  const parts = rest.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return absolute(resolve(base, parts.join('/')), strict);
  const single = parts.length === 1 || (parts.length === 2 && parts[1] === '**');
  const floating = !anchored && (parts.length === 1 || (strict && single));
  const from = floating && strict ? '/' : base;
  if (floating && parts[0] !== '**') parts.unshift('**');
  return compile(from, parts, strict);
}

function split(
  text: string,
  anchors: PatternAnchors,
  strict: boolean,
): { base: string; rest: string; anchored: boolean } {
  if (text.startsWith('//')) return { base: '/', rest: text.slice(2), anchored: true };
  if (text === '~' || text.startsWith('~/')) return { base: anchors.home, rest: text.slice(2), anchored: true };
  if (text.startsWith('/')) return { base: anchors.source, rest: text.slice(1), anchored: true };
  if (text.startsWith('./')) {
    // to a permission `./x` is this one x, a denial of `./.env` means every `.env`
    return { base: anchors.cwd, rest: text.slice(2), anchored: !strict };
  }
  return { base: anchors.cwd, rest: text, anchored: false };
}

function absolute(path: string, strict: boolean): PathPattern {
  return compile('/', path.split('/').filter(Boolean), strict);
}

function compile(base: string, parts: readonly string[], strict: boolean): PathPattern {
  const fold = strict ? folded : (path: string) => path.normalize('NFC');
  const starts = [...new Set([base, walkPath(base).resolved])].map((one) => fold(one === '/' ? '' : one));
  const start = starts[0]!;
  const body = parts.map((part, index) => (part === '**' ? '**' : component(fold(part), `g${index}`)));
  let source = '';
  body.forEach((part, index) => {
    if (part !== '**') source += `/${part}`;
    // a final `**` is what the folder holds; for a denial also the folder itself
    else if (index === body.length - 1) source += strict || index === 0 ? '(?:/.*)?' : '/.+';
    else source += '(?:/[^/]+)*';
  });
  const expression = new RegExp(`^(?:${starts.map(escaped).join('|')})${source}(?:/.*)?$`, 's');
  const floats = body[0] === '**';
  const literal = [start];
  for (const part of parts) {
    if (/[*?[\\]/.test(part)) break;
    literal.push(fold(part));
  }
  const head = literal.join('/');
  const name = parts.findLast((part) => !/[*?[\\]/.test(part));
  return {
    ...(name === undefined ? {} : { name }),
    matches: (path) => expression.test(fold(path === '/' ? '' : path)),
    mayMatchBelow: (folder) => {
      const place = fold(folder === '/' ? '' : folder);
      if (floats) return place === start || place.startsWith(`${start}/`) || start.startsWith(`${place}/`);
      return place === head || place.startsWith(`${head}/`) || head.startsWith(`${place}/`);
    },
  };
}

/**
 * A component as a regular expression. A `*` takes as little as it can and gives nothing back, which finds the same
 * names and never takes long.
 */
function component(glob: string, group: string): string {
  const pieces: string[] = [''];
  const add = (source: string) => {
    pieces[pieces.length - 1] += source;
  };
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at]!;
    if (character === '*') pieces.push('');
    else if (character === '?') add('[^/]');
    else if (character === '\\' && at + 1 < glob.length) add(escaped(glob[++at]!));
    else if (character === '[') {
      const end = glob.indexOf(']', at + 2);
      if (end < 0) add('\\[');
      else {
        const set = glob.slice(at + 1, end);
        const negated = set.startsWith('!') || set.startsWith('^');
        add(`[${negated ? '^/' : ''}${(negated ? set.slice(1) : set).replace(/[\\\]^[]/g, '\\$&')}]`);
        at = end;
      }
    } else add(escaped(character));
  }
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return first;
  const middle = rest
    .filter((piece) => piece !== '')
    .map((piece, index) => `(?=(?<${group}x${index}>[^/]*?${piece}))\\k<${group}x${index}>`);
  return `${first}${middle.join('')}[^/]*${last}(?=/|$)`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
