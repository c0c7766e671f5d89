import {
  type AgentDefinition,
  type ComponentOrigin,
  defineExtension,
  Extensions,
  type Handler,
  type HookHandler,
  HookHandlers,
  type JsonObject,
  type Manifest,
  type SessionRef,
} from 'tenon/plugin-api';
import type { Workbench } from './workbench.ts';

/**
 * Lets the hook handlers of an agent's definition hold for a session, until the function it gives is called. As the format
 * says, `Stop` means the end of the agent.
 */
export async function installHooks(
  { api }: Workbench,
  definition: AgentDefinition,
  session: SessionRef,
  main = false,
): Promise<() => Promise<void>> {
  const handlers = handlersOf(definition, session, main, (text) => api.log.warn(text));
  if (handlers.length === 0) return async () => {};
  if (!api.has(Extensions)) {
    api.log.warn(`the hooks of the agent ${definition.name} do not run: this program has no extensions@1`);
    return async () => {};
  }
  const extensions = await api.use(Extensions);
  const manifest: Manifest = {
    id: `subagents-hooks-${session.id}`,
    version: '0.1.0',
    api: 1,
    description: `Hooks of the agent ${definition.name}`,
    contributes: { [HookHandlers.id]: handlers.map(({ name, event }) => ({ name, event })) },
  };
  const extension = defineExtension({
    manifest,
    setup(own) {
      for (const handler of handlers) own.add(HookHandlers, handler);
    },
  });
  await extensions.add([{ manifest, origin: { kind: 'bundled' }, load: async () => extension as never }]);
  return () => extensions.release(manifest.id);
}

function handlersOf(
  { name, hooks, origin }: AgentDefinition,
  session: SessionRef,
  main: boolean,
  warn: (text: string) => void,
): readonly HookHandler[] {
  if (hooks === undefined) return [];
  const from: ComponentOrigin = { ...origin, kind: 'agent' };
  const handlers: HookHandler[] = [];
  for (const [event, groups] of Object.entries(hooks)) {
    if (!Array.isArray(groups)) {
      warn(`agent ${name}: hooks.${event} must be a list; it does not count`);
      continue;
    }
    const ends = event === 'Stop' && !main;
    groups.forEach((group: unknown, at) => {
      const list = isObject(group) && Array.isArray(group.hooks) ? (group.hooks as readonly unknown[]) : undefined;
      if (!isObject(group) || list === undefined) {
        warn(`agent ${name}: hooks.${event}[${at}] must be an object with a list "hooks"; it does not count`);
        return;
      }
      list.forEach((handler, place) => {
        if (!isObject(handler) || typeof handler.type !== 'string') {
          warn(
            `agent ${name}: hooks.${event}[${at}].hooks[${place}] must be an object with a "type"; it does not count`,
          );
          return;
        }
        handlers.push({
          name: `agent:${session.id}:${event}:${at}:${place}`,
          event: ends ? 'SubagentStop' : event,
          // a Stop has nothing to match, and what it becomes has
          ...(typeof group.matcher === 'string' && !ends && { matcher: group.matcher }),
          handler: handler as unknown as Handler,
          origin: from,
          session,
        });
      });
    });
  }
  return handlers;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
