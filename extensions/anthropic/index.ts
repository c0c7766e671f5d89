import { defineExtension, Host, Models } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { createProvider } from './provider.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const { provider, close } = createProvider({
      env: host.env,
      version: host.distro.version,
      hook: api.hooks.ModelRequest,
    });
    api.own(close);
    for (const name of manifest.contributes.models) api.add(Models, { ...provider, name });
  },
});
