import { defineExtension, Host, Plugins, PluginVerbs } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { ClaudePlugins, DISCOVERY_LIMIT } from './plugins.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const plugins = new ClaudePlugins(api, host);
    api.provide(Plugins, plugins);
    // two taps: hooks that keep guard are there whatever happens while files of other people are read
    const limit = { timeout: DISCOVERY_LIMIT };
    api.hooks.ExtensionDiscovery.tap(limit, async () => ({ entries: await plugins.discoverHooks() }));
    api.hooks.ExtensionDiscovery.tap(limit, async () => ({ entries: await plugins.discover() }));
    api.hooks.ConfigChange.tap(() => plugins.followSettings());
    api.hooks.PostToolUse.tap({ match: /^(Read|Edit|Write|NotebookEdit)$/ }, async ({ session, input }) => {
      const path = input.file_path ?? input.notebook_path;
      if (typeof path === 'string') await plugins.touched(session, path);
    });
    api.add(PluginVerbs, {
      ...manifest.contributes['plugin-verbs'][0],
      async run(args, flags) {
        const { runValidate } = await import('./validate-verb.ts');
        return runValidate(host, args, flags);
      },
    });
  },
});
