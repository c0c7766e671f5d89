import { resolve } from 'node:path';
import type { Permissions } from 'tenon/plugin-api';

/** Permissions without any rule. */
export const allowEverything: Permissions = {
  async decide() {
    return { verdict: 'allow', reason: 'this distribution allows everything', source: 'other', suggestions: [] };
  },
  async path(session, path) {
    return { verdict: 'allow', reason: 'this distribution allows everything', resolved: resolve(session.cwd, path) };
  },
  hidden: () => false,
  async update() {
    // there are no rules that could change
  },
  initialMode: async () => 'bypassPermissions',
  refuseMode: async () => undefined,
  roots: (session) => [session.root],
};
