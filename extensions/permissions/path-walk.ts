import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';

/** What a path leads to. */
export interface Walk {
  /** The path as named, every symbolic link on the way, and where each leads; all absolute. */
  readonly hops: readonly string[];
  /** The path after all links. */
  readonly resolved: string;
  /** What stands there; absent when nothing does. */
  readonly stats?: Stats;
  /** Why it could not be followed to its end. */
  readonly failure?: string;
}

const MOST_LINKS = 40;
/** Bytes of a path, as on Linux. */
const LONGEST = 4_096;

/**
 * Why text is not a path that tools may use, or `undefined`.
 * Windows' device and network forms are refused everywhere, because a remote viewer may run there.
 */
export function refusedPath(path: string): string | undefined {
  if (path === '') return 'the path is empty';
  if (path.includes('\0')) return 'the path contains a NUL character';
  if (Buffer.byteLength(path) > LONGEST) return `the path is longer than ${LONGEST} bytes`;
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(path) || /^(?:file|data|javascript):/i.test(path))
    return 'the path is a URL';
  if (path.startsWith('\\\\')) return 'the path is a network or device name';
  return undefined;
}

/** Follows `path` component by component. `..` after a link is tried both as text and as the file system does it. */
export function walkPath(path: string): Walk {
  const hops = new Set<string>([resolve(path)]);
  let failure: string | undefined;
  let links = 0;

  const follow = (start: string): { at: string; stats: Stats | undefined } => {
    const waiting = start
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .reverse();
    let at = '';
    let stats: Stats | undefined;
    let missing = false;
    while (waiting.length > 0) {
      const part = waiting.pop()!;
      if (part === '..') {
        at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
        stats = undefined;
        missing = false;
        continue;
      }
      at = `${at}/${part}`;
      stats = undefined;
      if (missing) continue;
      try {
        stats = lstatSync(at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') missing = true;
        else failure ??= `${at} cannot be examined (${code})`;
        continue;
      }
      if (!stats.isSymbolicLink()) continue;
      hops.add(at);
      if (++links > MOST_LINKS) {
        failure ??= `${at} leads through more than ${MOST_LINKS} links`;
        break;
      }
      let target: string;
      try {
        target = readlinkSync(at);
      } catch {
        failure ??= `the link ${at} cannot be read`; // it changed under our hands
        break;
      }
      if (target.startsWith('/')) at = '';
      else at = at.slice(0, at.lastIndexOf('/'));
      for (const next of target
        .split('/')
        .filter((one) => one !== '' && one !== '.')
        .reverse())
        waiting.push(next);
      hops.add(resolve(at === '' ? '/' : at, target));
      stats = undefined;
    }
    if (at === '') at = '/';
    hops.add(at);
    return { at, stats };
  };

  const end = follow(path);
  const lexical = resolve(path);
  if (path.includes('..') && lexical !== end.at) follow(lexical);
  return {
    hops: [...hops],
    resolved: end.at,
    ...(end.stats === undefined ? {} : { stats: end.stats }),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** An absolute path from what a tool was given: `~` is the home folder, relative paths start in `dir`. */
export function absolutePath(path: string, dir: string, home: string): string {
  if (path === '~') return home;
  if (path.startsWith('~/')) return `${home}/${path.slice(2)}`;
  // not normalised: the walk has to see `link/..`
  return path.startsWith('/') ? path : `${dir}/${path}`;
}

/** True when `path` is `folder` or below it; both absolute and normalised. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
