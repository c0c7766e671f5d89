import type { ActiveStyle, Config, SystemPrompt } from 'tenon/plugin-api';
import { environment } from './environment.ts';
import { instructions } from './instructions.ts';
import { preferences } from './preferences.ts';

/**
 * @param product the name users know the program by
 * @param config the settings, where there are any
 * @param style the output style of main conversations, where it is not the default one
 */
export function promptBuilder(
  product: string,
  config?: Pick<Config, 'get'>,
  style?: () => Promise<ActiveStyle | undefined>,
): SystemPrompt {
  const own = async (main: boolean): Promise<readonly string[]> => {
    const chosen = main ? await style?.() : undefined;
    const text = instructions(product, chosen?.keepCodingInstructions ?? true);
    return [text, (config && preferences(config)) ?? '', chosen?.text ?? ''];
  };
  return {
    async build(session, { replace, append }) {
      const blocks = replace === undefined ? await own(session.parent === undefined) : [replace];
      return [...blocks, append ?? ''].filter((block) => block !== '');
    },
    context(session) {
      return session.state('system-prompt.context', async () => {
        const git = config?.get('includeGitInstructions') !== false;
        return [environment(session.cwd, new Date(), git)];
      });
    },
  };
}
