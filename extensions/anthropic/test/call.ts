import type {
  Config,
  HookHandle,
  ModelCallContext,
  ModelEvent,
  ModelRequest,
  ModelRequestValue,
  ModelRetry,
} from 'tenon/plugin-api';
import { afterEach } from 'vitest';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../../test/fixtures/model-server/server.mjs';
import { createProvider } from '../provider.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A model server that ends with the test. */
export async function serverOf(...turns: NonNullable<ModelServerOptions['turns']>): Promise<ModelServer> {
  const server = await startModelServer({ turns });
  cleanups.push(() => server.close());
  return server;
}

/** The provider with an environment, whose waits are 0 unless the server asks for more. */
export function providerOf(
  env: Readonly<Record<string, string | undefined>>,
  tap?: (value: ModelRequestValue) => Partial<ModelRequestValue>,
  config?: Pick<Config, 'get' | 'layers'>,
) {
  const hook = {
    idle: tap === undefined,
    idleFor: () => tap === undefined,
    fire: async (value: ModelRequestValue) => ({ ...value, ...tap?.(value) }),
  } as unknown as HookHandle<'ModelRequest'>;
  const { provider, close } = createProvider({
    env: () => ({ ANTHROPIC_API_KEY: 'sk-test-secret', ...env }),
    version: '1.2.3',
    cwd: '/',
    config,
    hook,
    random: () => 0,
  });
  cleanups.push(close);
  return provider;
}

export const HELLO: ModelRequest = {
  model: 'claude-sonnet-5-5',
  system: ['You are a test.'],
  messages: [{ role: 'user', content: 'hello' }],
  tools: [],
};

export interface Outcome {
  readonly batches: readonly (readonly ModelEvent[])[];
  readonly events: readonly ModelEvent[];
  readonly text: string;
  readonly retries: readonly ModelRetry[];
  readonly requestIds: readonly string[];
  readonly error: unknown;
}

/** Streams one answer to its end, or to what it throws. */
export async function call(
  provider: ReturnType<typeof providerOf>,
  request: Partial<ModelRequest> = {},
  context: Partial<ModelCallContext> = {},
): Promise<Outcome> {
  const batches: (readonly ModelEvent[])[] = [];
  const retries: ModelRetry[] = [];
  const requestIds: string[] = [];
  let error: unknown;
  try {
    const stream = provider.stream(
      { ...HELLO, ...request },
      {
        signal: new AbortController().signal,
        onRequestId: (id) => requestIds.push(id),
        ...context,
        onRetry: async (retry) => {
          retries.push(retry);
          return await context.onRetry?.(retry);
        },
      },
    );
    for await (const batch of stream) batches.push(batch);
  } catch (thrown) {
    error = thrown;
  }
  const events = batches.flat();
  return { batches, events, text: textOf(events), retries, requestIds, error };
}

function textOf(events: readonly ModelEvent[]): string {
  return events
    .map((event) => (event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : ''))
    .join('');
}
