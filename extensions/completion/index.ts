import { CliCommands, defineExtension, Host, UsageError } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    api.add(CliCommands, {
      name: 'completion',
      async run({ args }) {
        const shells = {
          bash: async () => (await import('./bash-script.ts')).bashScript,
          zsh: async () => (await import('./zsh-script.ts')).zshScript,
          fish: async () => (await import('./fish-script.ts')).fishScript,
        };
        const [shell = ''] = args;
        if (!Object.hasOwn(shells, shell)) {
          throw new UsageError(`completion: ${JSON.stringify(shell)} is not one of ${Object.keys(shells).join(', ')}`);
        }
        const { vocabularyOf } = await import('./vocabulary.ts');
        const script = await shells[shell as keyof typeof shells]();
        await host.stdout.write(script(vocabularyOf(host.distro.command, api.declared(CliCommands))));
        return 0;
      },
    });
  },
});
