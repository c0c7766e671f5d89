import type { HookHandler } from 'tenon/plugin-api';
import { fitsPattern } from 'tenon/plugin-api/lib/name-pattern';
import type { AnyMapping } from './event-mapping.ts';

/** What a handler counts as that did not answer. */
export type OnFailure = 'continue' | 'block';

/** The user's say about handlers that fail, from `extensions.claude-hooks`. */
export interface FailurePolicy {
  /** For handlers that say nothing themselves. Default: continue. */
  readonly onFailure?: OnFailure;
  /** Of single events. */
  readonly events?: Readonly<Record<string, OnFailure>>;
  /** Of single handlers, by the name that `tenon hooks` shows, with `*` for any text. Stronger than what they say. */
  readonly hooks?: Readonly<Record<string, OnFailure>>;
}

/**
 * True when a failure of a handler counts as exit code 2. Some events always go on, because a handler that fails every time
 * would keep the model at work for ever.
 */
export function blocksOnFailure(item: HookHandler, mapping: AnyMapping, policy: FailurePolicy): boolean {
  if (mapping.failsOpen === true) return false;
  const { handler, name } = item;
  if (handler.type === 'command' && (handler.async === true || handler.asyncRewake === true)) return false;
  const chosen = Object.entries(policy.hooks ?? {}).findLast(([pattern]) => fitsPattern(pattern, name))?.[1];
  const said = handler.type === 'prompt' || handler.type === 'agent' ? undefined : handler.onFailure;
  return (chosen ?? said ?? policy.events?.[mapping.event] ?? policy.onFailure) === 'block';
}
