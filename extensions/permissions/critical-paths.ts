import { dirname, resolve } from 'node:path';
import { folded } from './path-rule.ts';
import { walkPath } from './path-walk.ts';

/** What must not be removed without a question in any mode. */
export interface CriticalPlaces {
  readonly home: string;
  /** The working folders: the session's own, the one it started in, added ones. */
  readonly folders: readonly string[];
}

/** Why removing `path` (absolute) needs a question, or `undefined`. */
export function criticalPath(path: string, places: CriticalPlaces): string | undefined {
  const { resolved } = walkPath(path);
  for (const one of new Set([resolve(path), resolved])) {
    if (one === '/') return 'it is the root of the file system';
    if (dirname(one) === '/') return `${one} is a top-level folder`;
    for (const kept of [places.home, ...places.folders]) {
      for (const place of new Set([kept, walkPath(kept).resolved])) {
        const at = folded(one);
        if (at === folded(place)) return `${one} is ${kept === places.home ? 'the home folder' : 'a working folder'}`;
        if (folded(place).startsWith(`${at}/`))
          return `${one} holds ${kept === places.home ? 'the home folder' : 'a working folder'}`;
      }
    }
  }
  return undefined;
}
