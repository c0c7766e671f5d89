import type { BackgroundTasks, SessionRef } from 'tenon/plugin-api';
import type { BackgroundRegistry } from './background-registry.ts';
import type { Workbench } from './workbench.ts';

/** The service `background-tasks@1`, whose code is loaded with the first task. */
export function lazyBackground(bench: Workbench): BackgroundTasks & Pick<BackgroundRegistry, 'end' | 'news'> {
  let loading: Promise<BackgroundRegistry> | undefined;
  let loaded: BackgroundRegistry | undefined;
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
    list: (session) => loaded?.list(session) ?? [],
    read: async (session, id, wait, signal) => loaded?.read(session, id, wait, signal),
    awaited: async (session) => loaded?.awaited(session) ?? false,
    stop: async (session, id) => loaded?.stop(session, id),
    news: (session: SessionRef) => loaded?.news(session) ?? [],
    end: async (session) => (await loading)?.end(session),
  };
}
