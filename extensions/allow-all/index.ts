import { defineExtension, Permissions } from 'tenon/plugin-api';
import { allowEverything } from './allow-everything.ts';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  setup(api) {
    api.provide(Permissions, allowEverything);
  },
});
