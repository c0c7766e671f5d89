import { defineExtension, Host, Models } from 'tenon/plugin-api';
import { type FakeModelConfig, manifest } from './manifest.ts';
import { createProvider } from './provider.ts';

export default defineExtension<FakeModelConfig>({
  manifest,
  async setup(api) {
    const { cwd } = await api.use(Host);
    let config = api.config;
    api.onConfig((next) => {
      config = next;
    });
    const provider = createProvider({ cwd, config: () => config, hook: api.hooks.ModelRequest });
    for (const { name } of manifest.contributes.models) api.add(Models, { ...provider, name });
  },
});
