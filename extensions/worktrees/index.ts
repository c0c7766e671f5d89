import { Cli, defineExtension, Host, type Tool, Tools, Worktrees } from 'tenon/plugin-api';
import { manifest, type WorktreesConfig } from './manifest.ts';
import { enterWorktreeTool, exitWorktreeTool } from './tools.ts';

export default defineExtension<WorktreesConfig>({
  manifest,
  async setup(api) {
    const bench = { api, host: await api.use(Host) };
    for (const tool of [enterWorktreeTool, exitWorktreeTool]) api.add(Tools, tool(bench) as Tool<never, unknown>);
    api.provide(Worktrees, {
      make: async (session, options = {}) => (await import('./make-for-work.ts')).makeForWork(bench, session, options),
    });
    const asked = api.has(Cli) ? (await api.use(Cli)).invocation.flags.worktree : undefined;
    if (asked === undefined || asked === false) return;
    // a large checkout takes its time
    api.hooks.UserPromptSubmit.tap({ timeout: 300_000 }, async ({ session }, { signal }) => {
      const { openInWorktree } = await import('./open-in-worktree.ts');
      return openInWorktree(bench, session, typeof asked === 'string' ? asked : undefined, signal);
    });
  },
});
