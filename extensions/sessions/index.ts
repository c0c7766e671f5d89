import { join } from 'node:path';
import { Config, defineExtension, Host, Sessions } from 'tenon/plugin-api';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { manifest } from './manifest.ts';
import { SessionStore } from './session-store.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const projects = join(userFolder(host), 'projects');
    const store = new SessionStore({
      projects,
      stamp: { version: host.distro.version, entrypoint: host.env.CLAUDE_CODE_ENTRYPOINT || 'cli' },
      log: api.log,
      locks: () => api.data.folder(),
    });
    // first, so that what others see of a session is already safe
    api.hooks.SessionEvent.tap(
      { stage: 'early', match: /^(?:message|user|informational|setting|compact|result)$/ },
      (value) => store.write(value),
    );
    api.hooks.SessionEnd.tap(({ session }) => {
      if (session.parent === undefined) store.end(session.id);
    });
    api.hooks.AppExit.tap(async (_value, { signal }) => {
      store.endAll();
      const days = api.maybe(Config)?.get('cleanupPeriodDays');
      if (days !== undefined) await (await import('./old-sessions.ts')).removeOldDaily(api, projects, days, signal);
    });
    api.own(() => store.endAll());
    api.provide(Sessions, store);
  },
});
