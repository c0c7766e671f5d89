import { Commands, defineExtension, type Invocation, PluginVerbs } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

type Run = (args: readonly string[], flags: Invocation['flags']) => Promise<number>;

export default defineExtension({
  manifest,
  setup(api) {
    const runs: Readonly<Record<string, Run>> = {
      install: async (...call) => (await import('./install-verb.ts')).runInstall(api, ...call),
      uninstall: async (...call) => (await import('./uninstall-verb.ts')).runUninstall(api, ...call),
      enable: async (...call) => (await import('./switch-verb.ts')).runSwitch(api, true, ...call),
      disable: async (...call) => (await import('./switch-verb.ts')).runSwitch(api, false, ...call),
      update: async (...call) => (await import('./update-verb.ts')).runUpdate(api, ...call),
      list: async (...call) => (await import('./list-verb.ts')).runList(api, ...call),
      info: async (...call) => (await import('./info-verb.ts')).runInfo(api, ...call),
      prune: async (...call) => (await import('./uninstall-verb.ts')).runPrune(api, ...call),
      configure: async (...call) => (await import('./configure-verb.ts')).runConfigure(api, ...call),
      explain: async (...call) => (await import('./explain-verb.ts')).runExplain(api, ...call),
      bisect: async (...call) => (await import('./bisect-verb.ts')).runBisect(api, ...call),
      marketplace: async (...call) => (await import('./marketplace-verb.ts')).runMarketplace(api, ...call),
    };
    for (const verb of manifest.contributes['plugin-verbs']) {
      api.add(PluginVerbs, { ...verb, run: runs[verb.name]! });
    }
    api.add(Commands, {
      name: 'plugin',
      run: async (args) => (await import('./plugin-command.ts')).runPluginCommand(api, args),
    });
    api.add(Commands, {
      name: 'reload-plugins',
      run: async () => (await import('./plugin-command.ts')).runReload(api),
    });
  },
});
