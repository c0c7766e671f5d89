import { service } from '../service.ts';

/** Whether a folder's own settings, extensions and hooks may steer the program. */
export interface Trust {
  /** The decision for a folder, without asking anybody. */
  check(dir: string): Promise<TrustDecision>;
  /** Keeps a decision for the folder's repository and what is found in it now. */
  decide(dir: string, trusted: boolean): Promise<void>;
}
export interface TrustDecision {
  readonly trusted: boolean;
  /** Why, in words for the user. */
  readonly reason: string;
  /** True when the decision is kept, and not only for this run. */
  readonly remembered?: boolean;
}

/** Folder trust. */
export const Trust = service<Trust>('trust@1');
