import type { Disposable } from '../dispose.ts';
import type { RuleUpdate } from '../points/surfaces.ts';
import { service } from '../service.ts';
import type { PermissionMode, SessionRef } from '../session.ts';
import type { ApprovedPath, ToolCall } from '../tool.ts';

export interface PermissionDecision {
  readonly verdict: 'allow' | 'ask' | 'defer' | 'deny';
  readonly reason: string;
  /** The rule that decided, as it is written. */
  readonly rule?: string;
  /** What decided: `rule`, `mode`, `hook`, `safety`, `workingDir`, `other`. */
  readonly source: string;
  readonly suggestions: readonly RuleUpdate[];
  readonly blockedPath?: string;
  /** Where the paths of the call lead, so that the tool notices when one leads elsewhere by the time it runs. */
  readonly resolved?: readonly ApprovedPath[];
}

export interface PathVerdict {
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly reason: string;
  /** The path after symbolic links. */
  readonly resolved: string;
}

/** Rules for a while, as they stand in settings: `Bash(git log *)`. */
export interface GrantedRules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Who gives them, for messages: `the skill deploy`. */
  readonly by: string;
}

/** Decides whether a call may run. It never asks anybody; the loop does that when the verdict is `ask`. */
export interface Permissions {
  /** `hook` is the verdict that PreToolUse taps reached: an `allow` saves the question, but beats no deny or ask rule. */
  decide(session: SessionRef, call: ToolCall, hook?: 'none' | 'allow'): Promise<PermissionDecision>;
  path(session: SessionRef, path: string, access: 'read' | 'write'): Promise<PathVerdict>;
  /**
   * Lets a session and its subagents read one file that an extension made for the model, such as the rest of a long
   * output: nobody is asked, also where reading outside of the working folders is blocked. Deny and ask rules still hold.
   * @param path absolute, without symbolic links; what leads there by a link counts as well
   */
  lend?(session: SessionRef, path: string): void;
  /**
   * True when a rule takes the tool away from the model altogether.
   * @param kind also true when a rule takes away only calls of this kind: `Agent(Explore)`
   */
  hidden(session: SessionRef, tool: string, kind?: string): boolean | Promise<boolean>;
  /** Those of the kinds for which `hidden` is true; for lists of thousands. Absent where nothing is ever hidden. */
  hiddenKinds?(session: SessionRef, tool: string, kinds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Applies and stores what a user answered. */
  update(session: SessionRef, updates: readonly RuleUpdate[]): Promise<void>;
  /**
   * Rules that hold for a session and its subagents until they are taken back. A rule that is wrong never allows.
   * Absent where there are no rules.
   */
  grant?(session: SessionRef, rules: GrantedRules): Promise<Disposable>;
  /** The mode a new session starts in. */
  initialMode(): Promise<PermissionMode>;
  /** Why a mode may not be chosen, or `undefined` when it may. */
  refuseMode(mode: PermissionMode): Promise<string | undefined>;
  /** The folders that count as inside, the session's own first. */
  roots(session: SessionRef): readonly string[];
}

/** The permission rules. */
export const Permissions = service<Permissions>('permissions@1');
