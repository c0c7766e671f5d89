import { SystemPrompt } from 'tenon/plugin-api';
import type { LoopSession } from './session.ts';

/** The texts of one session that nobody typed: its system prompt, and what goes before a prompt. */
export class PromptTexts {
  /** Context that goes before the next prompt. */
  readonly opening: string[] = [];
  private readonly session: LoopSession;
  private readonly systems = new Map<string, readonly string[]>();
  private greeted = false;

  constructor(session: LoopSession) {
    this.session = session;
  }

  /** The system prompt, built once for each model. */
  async system(model: string): Promise<readonly string[]> {
    const built = this.systems.get(model) ?? (await this.build(model));
    this.systems.set(model, built);
    return built;
  }

  /** Takes the texts that go before the next prompt: at the first one also those of the system prompt's owner. */
  async takeOpening(): Promise<readonly string[]> {
    const { api } = this.session.world;
    const texts: string[] = [];
    if (!this.greeted) {
      if (api.has(SystemPrompt)) texts.push(...(await (await api.use(SystemPrompt)).context(this.session)));
      this.greeted = true;
    }
    texts.push(...this.opening.splice(0));
    return texts;
  }

  /** The conversation starts over: what goes before the first prompt is said again. */
  startOver(): void {
    this.opening.length = 0;
    this.greeted = false;
  }

  private async build(model: string): Promise<readonly string[]> {
    const { world, options } = this.session;
    const { api } = world;
    const { systemPrompt: replace, appendSystemPrompt: append } = options;
    if (!api.has(SystemPrompt))
      return [replace, append].filter((text) => text !== undefined && text !== '') as string[];
    return (await api.use(SystemPrompt)).build(this.session, {
      model,
      ...(replace !== undefined && { replace }),
      ...(append !== undefined && { append }),
    });
  }
}
