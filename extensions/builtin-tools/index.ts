import { defineExtension, Host, Processes, type Tool, Tools } from 'tenon/plugin-api';
import { bashTool } from './bash.ts';
import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { lazyProcesses } from './lazy-processes.ts';
import { manifest } from './manifest.ts';
import { readTool } from './read.ts';
import { writeTool } from './write.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const bench = { api, host: await api.use(Host) };
    for (const tool of [readTool, writeTool, editTool, bashTool, globTool, grepTool]) {
      api.add(Tools, tool(bench) as Tool<never, unknown>);
    }
    const processes = lazyProcesses(bench);
    api.provide(Processes, processes);
    api.hooks.SessionEnd.tap(({ session }) => processes.end(session.id));
    api.own(() => processes.end());
  },
});
