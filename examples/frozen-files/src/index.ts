import { defineExtension } from 'tenon/plugin-api';
import { frozenBy } from './frozen.ts';
import { manifest, type Settings } from './manifest.ts';

export default defineExtension<Settings>({
  manifest,
  setup(api) {
    // the last stage: what is judged here is what runs, after every other extension had its say
    api.hooks.PreToolUse.tap({ stage: 'guard', match: /^(Edit|Write|NotebookEdit)$/ }, ({ input, session }) => {
      const path = String(input.file_path ?? input.notebook_path ?? '');
      const pattern = frozenBy(path, session.cwd, session.root, api.config.patterns);
      if (pattern === undefined) return undefined;
      return { verdict: 'deny', reason: `${path} is frozen (${pattern}). Add a new file instead of changing it.` };
    });
  },
});
