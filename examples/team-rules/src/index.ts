import { defineExtension, Tools } from 'tenon/plugin-api';
import { whyNot } from './guard.ts';
import { manifest, type Rules } from './manifest.ts';
import { readTool } from './read-tool.ts';
import { rulesTool } from './rules-tool.ts';

export default defineExtension<Rules>({
  manifest,
  setup(api) {
    api.add(Tools, readTool);
    api.add(
      Tools,
      rulesTool(() => api.config),
    );
    // a guard sees the final input, after every other extension had its say
    api.hooks.PreToolUse.tap({ stage: 'guard' }, ({ tool, input, session }) => {
      const reason = whyNot({ tool, input, cwd: session.cwd, root: session.root }, api.config);
      return reason === undefined ? undefined : { verdict: 'deny', reason };
    });
  },
});
