import type { HookHandle, ModelProvider } from 'tenon/plugin-api';
import { endpointStatus, keySource } from './endpoint.ts';
import { Messages } from './messages.ts';
import { type Env, modelInfo, resolveModel } from './model-table.ts';
import { Transport } from './transport.ts';

export interface ProviderParts {
  readonly env: Env;
  /** Of the program, for the header `user-agent`. */
  readonly version: string;
  readonly hook: HookHandle<'ModelRequest'>;
  /** For tests: the jitter of waits, from 0 to 1. */
  readonly random?: () => number;
}

/** Makes the provider, without the name it is registered under, and what closes its connections. */
export function createProvider(parts: ProviderParts): {
  readonly provider: Omit<ModelProvider, 'name'>;
  readonly close: () => void;
} {
  const transport = new Transport(parts.env);
  const messages = new Messages({ ...parts, transport });
  return {
    provider: {
      defaultModel: resolveModel('default', parts.env).id,
      serverTools: ['web_search'],
      info: (model) => modelInfo(resolveModel(model, parts.env)),
      keySource: () => keySource(parts.env),
      status: () => endpointStatus(parts.env),
      stream: (request, context) => messages.stream(request, context),
      countTokens: (request, context) => messages.countTokens(request, context),
    },
    close: () => transport.close(),
  };
}
