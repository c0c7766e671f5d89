import { defineExtension, Host, Subagents, type Tool, Tools } from 'tenon/plugin-api';
import { lazySubagents } from './lazy-subagents.ts';
import { manifest } from './manifest.ts';
import { agentToolOf, sendMessageToolOf } from './tools.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const bench = { api, host: await api.use(Host) };
    for (const tool of [agentToolOf, sendMessageToolOf]) api.add(Tools, tool(bench) as Tool<never, unknown>);
    api.provide(Subagents, lazySubagents(bench));
  },
});
