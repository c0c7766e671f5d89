import { defineExtension, Host } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { Memories } from './memories.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const memories = new Memories(api, await api.use(Host));
    if (memories.disabled) return;
    api.hooks.SessionStart.tap(async ({ session, source }) => ({ context: await memories.opening(session, source) }));
    api.hooks.SubagentStart.tap(async ({ session, omitInstructions }) =>
      omitInstructions ? memories.omit(session) : { context: await memories.handedOn(session) },
    );
    api.hooks.PostToolUse.tap({ match: /^(Read|Edit|Write|NotebookEdit)$/ }, async ({ session, input }) => {
      const path = input.file_path ?? input.notebook_path;
      return typeof path === 'string' ? { context: await memories.touched(session, path) } : undefined;
    });
  },
});
