import { defineExtension, Host, PluginVerbs } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const [make, check] = manifest.contributes['plugin-verbs'];
    api.add(PluginVerbs, {
      ...make,
      async run(args, flags) {
        const { newPlugin } = await import('./new-plugin.ts');
        return newPlugin(host, args, flags.format === 'claude' ? 'claude' : 'native');
      },
    });
    api.add(PluginVerbs, {
      ...check,
      async run(args, flags) {
        const { checkPlugin } = await import('./check-plugin.ts');
        return checkPlugin(api, host, args, flags.json === true);
      },
    });
  },
});
