import { Cli, defineExtension, Host } from 'tenon/plugin-api';
import { CommandLine } from './command-line.ts';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    api.provide(Cli, new CommandLine(api, await api.use(Host)));
  },
});
