import type {
  HookHandle,
  ModelCallContext,
  ModelEvent,
  ModelRequest,
  ModelRequestValue,
  ModelRetry,
} from 'tenon/plugin-api';
import type { FakeModelConfig } from '../manifest.ts';
import { createProvider } from '../provider.ts';

/** The provider with settings and a folder; `seen` holds what the hook ModelRequest was fired with. */
export function providerOf(config: FakeModelConfig, cwd = '/') {
  const seen: ModelRequestValue[] = [];
  const hook = {
    idle: false,
    idleFor: () => false,
    fire: async (value: ModelRequestValue) => {
      seen.push(value);
      return value;
    },
  } as unknown as HookHandle<'ModelRequest'>;
  return { provider: createProvider({ cwd, home: '/home/nobody', env: {}, config: () => config, hook }), seen };
}

/** Streams one answer to its end, or to what it throws. */
export async function play(
  { provider }: ReturnType<typeof providerOf>,
  request: Partial<ModelRequest> = {},
  context: Partial<ModelCallContext> = {},
) {
  const batches: (readonly ModelEvent[])[] = [];
  const retries: ModelRetry[] = [];
  let error: unknown;
  try {
    const stream = provider.stream(
      { model: 'fake', system: ['s'], messages: [{ role: 'user', content: 'hi' }], tools: [], ...request },
      {
        signal: new AbortController().signal,
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
  const text = events
    .map((event) => (event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : ''))
    .join('');
  return { batches, events, text, retries, error };
}
