import { defineExtension, Host, type Tool, Tools } from 'tenon/plugin-api';
import { manifest, type WebToolsConfig } from './manifest.ts';
import { webFetchTool } from './web-fetch.ts';
import { webSearchTool } from './web-search.ts';

export default defineExtension<WebToolsConfig>({
  manifest,
  async setup(api) {
    const bench = { api, host: await api.use(Host) };
    for (const tool of [webFetchTool, webSearchTool]) api.add(Tools, tool(bench) as Tool<never, unknown>);
  },
});
