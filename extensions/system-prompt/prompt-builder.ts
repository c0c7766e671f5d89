import type { ActiveStyle, Config, DistroInfo, SystemPrompt } from 'tenon/plugin-api';
import { environment } from './environment.ts';
import { instructions } from './instructions.ts';
import { preferences } from './preferences.ts';

/**
 * @param distro the name users know the program by, and what it tells models in the place of our own text
 * @param config the settings, where there are any
 * @param style the output style of main conversations, where it is not the default one
 */
export function promptBuilder(
  distro: Pick<DistroInfo, 'name' | 'systemPrompt'>,
  config?: Pick<Config, 'get'>,
  style?: () => Promise<ActiveStyle | undefined>,
): SystemPrompt {
  const own = async (main: boolean): Promise<readonly string[]> => {
    const chosen = main ? await style?.() : undefined;
    const text = distro.systemPrompt ?? instructions(distro.name, chosen?.keepCodingInstructions ?? true);
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
