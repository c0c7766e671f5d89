import { CliCommands, defineExtension } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  setup(api) {
    api.add(CliCommands, {
      name: 'mode:print',
      async run(invocation) {
        const { runPrintMode } = await import('./print-mode.ts');
        return runPrintMode(api, invocation);
      },
    });
  },
});
