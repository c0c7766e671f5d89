import { Cli, CliCommands, Config, defineExtension, Extensions, Host } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { placesOf } from './places.ts';
import { Settings } from './settings.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
    const settings = await Settings.load(api, host, placesOf(host), flags);
    api.provide(Config, settings);
    api.add(CliCommands, {
      name: 'config',
      async run(invocation) {
        const { runConfig } = await import('./config-command.ts');
        const extensions = api.has(Extensions) ? (await api.use(Extensions)).list() : [];
        return runConfig(
          settings,
          host,
          invocation,
          extensions.map(({ manifest: one }) => one),
        );
      },
    });
  },
});
