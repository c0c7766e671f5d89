import { Commands, defineExtension, Host, SlashCommands } from 'tenon/plugin-api';
import { findCommand } from './find-command.ts';
import { listCommands } from './list-commands.ts';
import { manifest } from './manifest.ts';
import { ownCommands } from './own-commands.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    api.provide(SlashCommands, {
      list: () => listCommands(api),
      find: (session, text) => findCommand(api, session, text),
    });
    for (const command of ownCommands(api, host)) api.add(Commands, command);
  },
});
