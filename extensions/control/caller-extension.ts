import { type Entry, type HookHandler, HookHandlers, type Manifest } from 'tenon/plugin-api';

/**
 * The hooks of a client as an extension of their own: their names are known only when the client says them, and nothing
 * that lives on such names is started before.
 */
export function callerExtension(id: string, handlers: readonly HookHandler[]): Entry {
  const manifest: Manifest = {
    id,
    version: '1',
    api: 1,
    description: 'Hooks of the program that started the session.',
    contributes: { [HookHandlers.id]: handlers.map(({ name, event }) => ({ name, event })) },
  };
  return {
    manifest,
    origin: { kind: 'bundled' },
    load: async () => ({
      manifest,
      setup(api) {
        for (const handler of handlers) api.add(HookHandlers, handler);
      },
    }),
  };
}
