import { Commands, defineExtension, OutputStyles, OutputStyleTexts } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { ownStyles } from './own-styles.ts';

export default defineExtension({
  manifest,
  setup(api) {
    for (const style of ownStyles()) api.add(OutputStyles, style);
    api.provide(OutputStyleTexts, {
      async style(name) {
        const style = await api.item(OutputStyles, name);
        if (style === undefined) return undefined;
        try {
          const text = (await style.body()).trim();
          return { name, text, keepCodingInstructions: style.keepCodingInstructions === true };
        } catch (error) {
          api.log.warn(
            `the output style ${name} is not used: ${error instanceof Error ? error.message : String(error)}`,
          );
          return undefined;
        }
      },
    });
    api.add(Commands, {
      name: 'output-style',
      run: async (args) => (await import('./output-style-command.ts')).outputStyleCommand(api, args),
    });
  },
});
