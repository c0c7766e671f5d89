import type { Config, SystemPrompt } from 'tenon/plugin-api';
import { environment } from './environment.ts';
import { instructions } from './instructions.ts';
import { preferences } from './preferences.ts';

/**
 * @param product the name users know the program by
 * @param config the settings, where there are any
 */
export function promptBuilder(product: string, config?: Pick<Config, 'get'>): SystemPrompt {
  return {
    async build(_session, { replace, append }) {
      const own = replace === undefined ? [instructions(product), (config && preferences(config)) ?? ''] : [replace];
      return [...own, append ?? ''].filter((block) => block !== '');
    },
    context(session) {
      return session.state('system-prompt.context', async () => {
        const git = config?.get('includeGitInstructions') !== false;
        return [environment(session.cwd, new Date(), git)];
      });
    },
  };
}
