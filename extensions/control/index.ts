import { Control, defineExtension } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  setup(api) {
    api.provide(Control, {
      async connect(peer) {
        const { connectClient } = await import('./connect-client.ts');
        return connectClient(api, peer);
      },
    });
  },
});
