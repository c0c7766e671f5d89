import { Config, defineExtension, Host, Models } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { createProvider } from './provider.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const { provider, close } = createProvider({
      env: () => host.env,
      version: host.distro.version,
      hook: api.hooks.ModelRequest,
      cwd: host.cwd,
      config: api.has(Config) ? await api.use(Config) : undefined,
    });
    api.own(close);
    for (const name of manifest.contributes.models) api.add(Models, { ...provider, name });
  },
});
