import { defineExtension, Permissions } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { createPermissions } from './service.ts';

export default defineExtension({
  manifest,
  setup(api) {
    const { service, forget } = createPermissions(api);
    api.hooks.ConfigChange.tap(forget);
    api.provide(Permissions, service);
  },
});
