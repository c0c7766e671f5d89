import type { Config, HookHandle, ModelProvider } from 'tenon/plugin-api';
import { ApiKeyHelper } from './api-key-helper.ts';
import { endpointStatus, keySource } from './endpoint.ts';
import { Messages } from './messages.ts';
import { modelPolicy } from './model-policy.ts';
import { type Env, modelChoices, modelInfo, resolveModel } from './model-table.ts';
import { Transport } from './transport.ts';

export interface ProviderParts {
  /** Asked at each use: settings change it. */
  readonly env: () => Env;
  /** Of the program, for the header `user-agent`. */
  readonly version: string;
  readonly hook: HookHandle<'ModelRequest'>;
  /** Where the helper for keys runs. */
  readonly cwd: string;
  readonly config?: Pick<Config, 'get' | 'layers'> | undefined;
  /** For tests: the jitter of waits, from 0 to 1. */
  readonly random?: () => number;
}

/** Makes the provider, without the name it is registered under, and what closes its connections. */
export function createProvider(parts: ProviderParts): {
  readonly provider: Omit<ModelProvider, 'name'>;
  readonly close: () => void;
} {
  const { env, cwd, config } = parts;
  const transport = new Transport({ env, cwd, setting: (key) => config?.get(key) });
  const helper = new ApiKeyHelper({
    env,
    cwd,
    command: () => {
      // what counts of the setting: never a project's
      const command = config?.get('apiKeyHelper');
      return typeof command === 'string' ? command : undefined;
    },
  });
  const messages = new Messages({ ...parts, transport, helper, policy: modelPolicy(config) });
  return {
    provider: {
      defaultModel: resolveModel('default', env()).id,
      serverTools: ['web_search'],
      info: (model) => modelInfo(resolveModel(model, env())),
      models: () => modelChoices(env()),
      keySource: () => keySource(env(), helper),
      status: () => endpointStatus(env(), helper),
      stream: (request, context) => messages.stream(request, context),
      countTokens: (request, context) => messages.countTokens(request, context),
    },
    close: () => {
      transport.close();
      helper.close();
    },
  };
}
