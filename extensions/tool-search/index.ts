import { defineExtension, Host, Loop, type Tool, Tools } from 'tenon/plugin-api';
import { deferredTools } from 'tenon/plugin-api/lib/deferred-tools';
import { announcement, forgetTold } from './announcement.ts';
import { manifest } from './manifest.ts';
import { switchedOff } from './switched-off.ts';
import { toolSearchTool } from './tool-search.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    api.add(Tools, toolSearchTool() as Tool<never, unknown>);
    api.hooks.SessionStart.tap(({ session, source }) => {
      if (switchedOff(host.env)) deferredTools(session).off = true;
      if (source === 'clear' || source === 'compact') forgetTold(session);
    });
    api.hooks.TurnStart.tap(({ session }) => {
      const text = announcement(session, api.maybe(Loop)?.get(session.id)?.history());
      return text === undefined ? undefined : { added: [{ role: 'user', content: [{ type: 'text', text }] }] };
    });
  },
});
