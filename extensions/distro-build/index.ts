import { CliCommands, defineExtension, Host } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    api.add(CliCommands, {
      name: 'distro',
      async run(invocation) {
        const { runDistroCommand } = await import('./distro-command.ts');
        return runDistroCommand(invocation, host);
      },
    });
  },
});
