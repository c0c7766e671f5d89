import type { SessionRef, SystemPrompt } from 'tenon/plugin-api';
import { environment } from './environment.ts';
import { instructions } from './instructions.ts';

/** A text that goes before the first prompt; `undefined` where it has nothing to say. */
type ContextSource = (session: SessionRef) => string | undefined | Promise<string | undefined>;

/** In the order in which the model reads them. */
const sources: readonly ContextSource[] = [(session) => environment(session.cwd, new Date())];

/** @param product the name users know the program by */
export function promptBuilder(product: string): SystemPrompt {
  return {
    async build(_session, { replace, append }) {
      return [replace ?? instructions(product), append ?? ''].filter((block) => block !== '');
    },
    context(session) {
      return session.state('system-prompt.context', async () => {
        const texts = await Promise.all(sources.map((source) => source(session)));
        return texts.filter((text) => text !== undefined);
      });
    },
  };
}
