import { Cli, CliCommands, defineExtension, Extensions, Host, Trust } from 'tenon/plugin-api';
import { FolderTrust } from './folder-trust.ts';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const cli = api.has(Cli) ? await api.use(Cli) : undefined;
    const trust = new FolderTrust(host, () => cli?.invocation.flags ?? {}, api.log);
    api.provide(Trust, trust);
    api.add(CliCommands, {
      name: 'trust',
      async run(invocation) {
        const { runTrust } = await import('./trust-command.ts');
        return runTrust(trust, host, invocation, api.has(Extensions) ? (await api.use(Extensions)).list() : []);
      },
    });
    api.hooks.ProjectTrust.tap(({ dir, fingerprint }) => trust.answer(dir, fingerprint));
  },
});
