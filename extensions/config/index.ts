import { Cli, Config, defineExtension, Host } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { placesOf } from './places.ts';
import { Settings } from './settings.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const flags = api.has(Cli) ? (await api.use(Cli)).invocation.flags : {};
    api.provide(Config, await Settings.load(api, host, await placesOf(host), flags));
  },
});
