import { defineExtension, Host, Models } from 'tenon/plugin-api';
import { type FakeModelConfig, manifest } from './manifest.ts';
import { createProvider } from './provider.ts';
import { startRecording } from './recording.ts';

export default defineExtension<FakeModelConfig>({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const { cwd, home, env } = host;
    let config = api.config;
    api.onConfig((next) => {
      config = next;
    });
    const provider = createProvider({ cwd, home, env, config: () => config, hook: api.hooks.ModelRequest });
    for (const { name } of manifest.contributes.models) api.add(Models, { ...provider, name });
    await startRecording(api, host);
  },
});
