import { resolve } from 'node:path';
import { defineExtension, Permissions } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  setup(api) {
    const reason = 'every call is allowed in this distribution';
    api.provide(Permissions, {
      decide: async () => ({ verdict: 'allow', reason, source: 'mode', suggestions: [] }),
      path: async (session, path) => ({ verdict: 'allow', reason, resolved: resolve(session.cwd, path) }),
      hidden: () => false,
      update: async () => undefined,
      initialMode: async () => 'bypassPermissions',
      refuseMode: async () => undefined,
      roots: (session) => [session.root],
    });
  },
});
