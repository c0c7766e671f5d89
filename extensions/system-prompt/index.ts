import { Config, defineExtension, Host, SystemPrompt } from 'tenon/plugin-api';
import { activeStyle } from './active-style.ts';
import { manifest } from './manifest.ts';
import { promptBuilder } from './prompt-builder.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const config = api.has(Config) ? await api.use(Config) : undefined;
    api.provide(
      SystemPrompt,
      promptBuilder(host.distro, config, () => activeStyle(api)),
    );
  },
});
