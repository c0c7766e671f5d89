import {
  type ComponentOrigin,
  defineExtension,
  type Extension,
  type Handler,
  type HookHandler,
  HookHandlers,
  type SessionRef,
} from 'tenon/plugin-api';
import claudeHooks from '../index.ts';

/** A handler as a test writes it. */
export interface TestHook {
  readonly event: string;
  readonly handler: Handler;
  readonly name?: string;
  readonly matcher?: string;
  readonly origin?: Partial<ComponentOrigin>;
  readonly session?: SessionRef;
}

/** The extension under test, and one that brings handlers along as a setup would. */
export function hookSetup(...hooks: readonly TestHook[]): readonly Extension<never>[] {
  return [claudeHooks as unknown as Extension<never>, contributor(hooks)];
}

/** An extension that contributes handlers. */
export function contributor(hooks: readonly TestHook[]): Extension<never> {
  const items = hooks.map(itemOf);
  return defineExtension({
    manifest: {
      id: 'setup',
      version: '1.0.0',
      api: 1,
      contributes: { 'hook-handlers': items.map(({ name, event }) => ({ name, event })) },
    },
    setup(api) {
      for (const item of items) api.add(HookHandlers, item);
    },
  }) as unknown as Extension<never>;
}

/** A handler as an item of the point. */
export function itemOf(hook: TestHook, index = 0): HookHandler {
  const { event, handler, matcher, session, origin } = hook;
  return {
    name: hook.name ?? `test:${event}:${index}`,
    event,
    handler,
    ...(matcher !== undefined && { matcher }),
    ...(session !== undefined && { session }),
    origin: { kind: 'user', file: '/home/x/settings.json', trusted: true, ...origin },
  };
}

/** A command for `/bin/sh`. */
export function sh(command: string, more: Partial<Extract<Handler, { type: 'command' }>> = {}): Handler {
  return { type: 'command', command, ...more };
}

/** A command that prints JSON. */
export function prints(value: unknown, code = 0): Handler {
  return sh(`cat > /dev/null; printf '%s' '${JSON.stringify(value).replaceAll("'", "'\\''")}'; exit ${code}`);
}

/** A command that keeps what it read in a file of the working directory. */
export function keeps(file: string, then = ''): Handler {
  return sh(`cat > ${file}; ${then}`);
}

/** `hookSpecificOutput` of an event. */
export function specific(event: string, fields: object): object {
  return { hookSpecificOutput: { hookEventName: event, ...fields } };
}
