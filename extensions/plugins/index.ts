import { CliCommands, defineExtension, Host } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    api.add(CliCommands, {
      name: 'plugin',
      async run(invocation) {
        const { runPlugin } = await import('./run-plugin.ts');
        return runPlugin(api, host, invocation);
      },
    });
  },
});
