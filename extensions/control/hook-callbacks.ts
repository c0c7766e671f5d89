import type { HookHandler, JsonObject, SessionRef } from 'tenon/plugin-api';
import { type Fields, isFields, textsOf } from './fields.ts';
import type { Outgoing } from './outgoing.ts';

/** A function of the client that wants to be called at an event. */
export interface HookCallback {
  readonly id: string;
  readonly event: string;
  readonly matcher?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly onFailure?: 'continue' | 'block';
}

/** Reads `hooks` of an `initialize` request: `{ Event: [{ matcher?, hookCallbackIds, timeout?, onFailure? }] }`. */
export function hookCallbacks(hooks: unknown): readonly HookCallback[] {
  if (!isFields(hooks)) throw new Error('hooks: expected an object with a list for each event');
  return Object.entries(hooks).flatMap(([event, matchers]) => {
    if (matchers === null || matchers === undefined) return [];
    if (!Array.isArray(matchers)) throw new Error(`hooks.${event}: expected a list`);
    return matchers.flatMap((one: unknown, at) => callbacksOf(event, one, `hooks.${event}[${at}]`));
  });
}

function callbacksOf(event: string, given: unknown, where: string): readonly HookCallback[] {
  const ids = isFields(given) ? textsOf(given.hookCallbackIds) : undefined;
  if (!isFields(given) || ids === undefined) throw new Error(`${where}.hookCallbackIds: expected a list of texts`);
  const { matcher, timeout, onFailure } = given as Fields;
  return ids.map((id) => ({
    id,
    event,
    ...(typeof matcher === 'string' && { matcher }),
    ...(typeof timeout === 'number' && timeout > 0 && { timeout }),
    ...((onFailure === 'continue' || onFailure === 'block') && { onFailure }),
  }));
}

/**
 * The callbacks as hook handlers that ask the client.
 * @param own the session of the client; until it is open there is no other
 */
export function callbackHandlers(
  callbacks: readonly HookCallback[],
  prefix: string,
  outgoing: Outgoing,
  own: () => SessionRef | undefined,
): readonly HookHandler[] {
  return callbacks.map(({ id, event, matcher, timeout, onFailure }, at) => ({
    name: `${prefix}:${event}:${at}`,
    event,
    ...(matcher !== undefined && { matcher }),
    origin: { kind: 'caller', trusted: true },
    handler: {
      type: 'callback',
      ...(timeout !== undefined && { timeout }),
      ...(onFailure !== undefined && { onFailure }),
      async call(input, { signal, session }) {
        const mine = own();
        if (mine !== undefined && session !== undefined && rootOf(session).id !== mine.id) return {};
        // a program that has closed its end does not want to hear that the session ended because of that
        if (event === 'SessionEnd' && outgoing.ended) return {};
        return outgoing.ask(hookCallback(id, input), signal);
      },
    },
  }));
}

function hookCallback(id: string, input: JsonObject): JsonObject {
  const { tool_use_id } = input;
  return { subtype: 'hook_callback', callback_id: id, input, ...(tool_use_id !== undefined && { tool_use_id }) };
}

function rootOf(session: SessionRef): SessionRef {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root;
}
