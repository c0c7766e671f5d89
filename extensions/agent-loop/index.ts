import { defineExtension, Loop } from 'tenon/plugin-api';
import { createLoop } from './loop.ts';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  setup(api) {
    const loop = createLoop(api);
    api.provide(Loop, loop);
    api.own(() => loop.closeAll());
  },
});
