import { defineExtension, Host, Models } from 'tenon/plugin-api';
import { manifest, type Settings } from './manifest.ts';
import { chatProvider } from './provider.ts';

export default defineExtension<Settings>({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    api.add(Models, chatProvider({ env: () => host.env, settings: () => api.config }));
  },
});
