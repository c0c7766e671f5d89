import { Config, type ExtensionApi, Host, type ModelInfo, type ModelProvider, Models } from 'tenon/plugin-api';
import { messageOf } from './world.ts';

/** Finds the provider of a model. */
export class ModelRouter {
  private readonly api: ExtensionApi;

  constructor(api: ExtensionApi) {
    this.api = api;
  }

  /** @throws Error when no provider answers for the id. */
  async provider(model: string): Promise<ModelProvider> {
    const provider = await this.api.item(Models, model);
    if (provider !== undefined) return provider;
    const known = this.api.declared(Models).map(({ name }) => name);
    const hint = known.length === 0 ? 'no model provider is installed' : `providers answer for: ${known.join(', ')}`;
    throw new Error(`no provider for the model ${JSON.stringify(model)}; ${hint}`);
  }

  /** The model of a session that names none: the environment's, then the settings', then a provider's own. */
  async defaultModel(): Promise<string> {
    const { api } = this;
    // the documented order: the variable is stronger than the `model` key of any settings file
    const variable = api.has(Host) ? (await api.use(Host)).env.ANTHROPIC_MODEL : undefined;
    if (variable) return variable;
    const setting = api.has(Config) ? (await api.use(Config)).get('model') : undefined;
    if (typeof setting === 'string' && setting !== '') return setting;
    const catchAll = await api.item(Models, '*');
    if (catchAll?.defaultModel !== undefined) return catchAll.defaultModel;
    for (const provider of await api.items(Models)) {
      if (provider.defaultModel !== undefined) return provider.defaultModel;
    }
    throw new Error('no model is chosen: give --model, or set `model` in the settings; no provider has a default');
  }

  /** What is known of a model; a provider that does not know it gets a free one without limits. */
  info(provider: ModelProvider, model: string): ModelInfo {
    try {
      return provider.info(model);
    } catch (error) {
      this.api.log.warn(`the provider ${provider.name} knows nothing of ${model}: ${messageOf(error)}`);
      return { id: model, contextWindow: 0, maxOutputTokens: 0 };
    }
  }
}
