import type { JsonObject } from '../schema.ts';
import type { PermissionMode } from '../session.ts';

/** A change of the permission rules, in the shape that hooks and SDK callers use. */
export type RuleUpdate =
  | {
      readonly type: 'addRules' | 'replaceRules' | 'removeRules';
      readonly rules: readonly { readonly toolName: string; readonly ruleContent?: string }[];
      readonly behavior: 'allow' | 'deny' | 'ask';
      readonly destination: RuleDestination;
    }
  | { readonly type: 'setMode'; readonly mode: PermissionMode; readonly destination: RuleDestination }
  | {
      readonly type: 'addDirectories' | 'removeDirectories';
      readonly directories: readonly string[];
      readonly destination: RuleDestination;
    };
export type RuleDestination = 'userSettings' | 'projectSettings' | 'localSettings' | 'session' | 'cliArg';

/** May this call run? Asked of the user. */
export interface PermissionQuestion {
  /** Unique; what `session.answer` takes. */
  readonly id: string;
  readonly toolUseId: string;
  readonly tool: string;
  readonly input: JsonObject;
  /** Why it is asked. */
  readonly reason: string;
  /** What decided that: `rule`, `mode`, `hook`, `safety`, `workingDir`, `other`. */
  readonly source?: string;
  /** What "always" would store. */
  readonly suggestions: readonly RuleUpdate[];
  readonly blockedPath?: string;
  readonly matchedRule?: string;
  readonly agentId?: string;
}

/** The answer to a PermissionQuestion. */
export type PermissionAnswer =
  | { readonly verdict: 'allow'; readonly input?: JsonObject; readonly rules?: readonly RuleUpdate[] }
  | {
      readonly verdict: 'deny';
      readonly message?: string;
      readonly interrupt?: boolean;
      readonly rules?: readonly RuleUpdate[];
    };

/**
 * A place where a user sees a session: a terminal, an SDK caller, a phone. It is attached to one session
 * (`session.attach`), reads events by tapping SessionEvent, and answers questions.
 */
export interface Surface {
  readonly name: string;
  /**
   * Asks the user. `undefined` means that this surface has no answer and others decide; a surface that answers later
   * through `session.answer` returns a promise that ends when `signal` aborts.
   */
  ask(question: PermissionQuestion, signal: AbortSignal): Promise<PermissionAnswer | undefined>;
}
