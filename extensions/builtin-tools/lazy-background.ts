import { type BackgroundTasks, disposable, type SessionRef } from 'tenon/plugin-api';
import type { BackgroundRegistry } from './background-registry.ts';
import { rootOf } from './root-session.ts';
import type { Workbench } from './workbench.ts';

/** The service `background-tasks@1`, whose code is loaded with the first task. */
export function lazyBackground(bench: Workbench): BackgroundTasks & Pick<BackgroundRegistry, 'end' | 'news'> {
  let loading: Promise<BackgroundRegistry> | undefined;
  let loaded: BackgroundRegistry | undefined;
  const movable = new Map<string, { readonly root: string; go(): void }>();
  const load = async () => {
    const { BackgroundRegistry } = await import('./background-registry.ts');
    loaded = new BackgroundRegistry(bench);
    return loaded;
  };
  return {
    async start(session, start) {
      loading ??= load();
      return (await loading).start(session, start);
    },
    movable(session, toolUseId, go) {
      movable.set(toolUseId, { root: rootOf(session).id, go });
      return disposable(() => void movable.delete(toolUseId));
    },
    move(session, toolUseId) {
      const { id } = rootOf(session);
      const told = [...movable].filter(([call, { root }]) => root === id && (toolUseId ?? call) === call);
      for (const [call, { go }] of told) {
        movable.delete(call);
        go();
      }
      return told.map(([call]) => call);
    },
    list: (session) => loaded?.list(session) ?? [],
    read: async (session, id, wait, signal) => loaded?.read(session, id, wait, signal),
    awaited: async (session) => loaded?.awaited(session) ?? false,
    stop: async (session, id) => loaded?.stop(session, id),
    news: (session: SessionRef) => loaded?.news(session) ?? [],
    end: async (session) => (await loading)?.end(session),
  };
}
