import { Cli, Commands, defineExtension, Host, PluginLoader } from 'tenon/plugin-api';
import { Loader } from './loader.ts';
import { type LoaderSettings, manifest } from './manifest.ts';

export default defineExtension<LoaderSettings>({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
    const loader = new Loader(api, host, flags);
    api.own(loader);
    api.provide(PluginLoader, loader);
    // the manifests of single files stand in code that has to be compiled once
    api.hooks.ExtensionDiscovery.tap({ timeout: 30_000 }, async () => ({ entries: await loader.discover() }));
    api.add(Commands, {
      name: 'reload',
      run: async (args, { session }) => {
        const { runReload } = await import('./reload-command.ts');
        return runReload(api, loader, args, session);
      },
    });
  },
});
