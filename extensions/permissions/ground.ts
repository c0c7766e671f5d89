import type { PermissionMode } from 'tenon/plugin-api';
import type { Rule } from './rule.ts';

/** All rules that hold for a session now. */
export interface RuleSet {
  readonly deny: readonly Rule[];
  readonly ask: readonly Rule[];
  readonly allow: readonly Rule[];
}

/** What settings forbid to the file tools outside of the working folders, in every mode. */
export interface OutsideBlocks {
  readonly read: boolean;
  readonly write: boolean;
}

/** What a decision stands on. */
export interface Ground {
  readonly rules: RuleSet;
  readonly mode: PermissionMode;
  /** The session's working directory. */
  readonly cwd: string;
  /** Where the session started. */
  readonly root: string;
  /** The folders that count as inside, the session's first. */
  readonly roots: readonly string[];
  readonly home: string;
  /** The folder of the user's settings and state; absolute. */
  readonly userFolder: string;
  /** Names of the distribution's settings folders. */
  readonly folderNames: readonly string[];
  readonly blocked: OutsideBlocks;
  /** Files outside that the session may read all the same. */
  readonly lent: ReadonlySet<string>;
  /** Why nobody is asked, for people; what would be asked is denied. */
  readonly unasked?: string;
}

/** A verdict about a part of a call. `undefined` in its place means that nothing is against it. */
export interface Finding {
  readonly verdict: 'allow' | 'ask' | 'deny';
  /** `safety` is not silenced by a hook or by an allow rule. */
  readonly source: 'rule' | 'safety' | 'mode' | 'workingDir' | 'other';
  readonly reason: string;
  readonly rule?: string;
  readonly path?: string;
}

const RANK: Readonly<Record<string, number>> = { rule: 3, safety: 2, workingDir: 1, mode: 1, other: 0 };

/** The stricter of two findings; of two equal ones the one that is harder to overcome. */
export function stricter(a: Finding, b: Finding): Finding {
  const order = { allow: 0, ask: 1, deny: 2 };
  if (order[a.verdict] !== order[b.verdict]) return order[a.verdict] > order[b.verdict] ? a : b;
  return RANK[b.source]! > RANK[a.source]! ? b : a;
}
