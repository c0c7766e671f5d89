import {
  type AgentDefinition,
  Agents,
  type Entry,
  type HookHandler,
  HookHandlers,
  type Manifest,
} from 'tenon/plugin-api';

/**
 * What a client brings along, as an extension of its own: its names are known only when it says them, and nothing that
 * lives on such names is started before.
 */
export function callerExtension(
  id: string,
  handlers: readonly HookHandler[],
  agents: readonly AgentDefinition[],
): Entry {
  const manifest: Manifest = {
    id,
    version: '1',
    api: 1,
    description: 'Hooks and agents of the program that started the session.',
    contributes: {
      [HookHandlers.id]: handlers.map(({ name, event }) => ({ name, event })),
      [Agents.id]: agents.map(({ name, description, model, origin }) => ({ name, description, model, origin })),
    },
    replaces: agents.map(({ name }) => `${Agents.id}:${name}` as const),
  };
  return {
    manifest,
    origin: { kind: 'bundled' },
    load: async () => ({
      manifest,
      setup(api) {
        for (const handler of handlers) api.add(HookHandlers, handler);
        for (const agent of agents) api.add(Agents, agent);
      },
    }),
  };
}
