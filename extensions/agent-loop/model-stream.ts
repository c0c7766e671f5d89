import type { ModelCallContext, ModelEvent, ModelProvider, ModelRequest } from 'tenon/plugin-api';

/** Asks a provider. @throws TypeError when what it gives is no stream */
export function modelStream(
  provider: ModelProvider,
  request: ModelRequest,
  context: ModelCallContext,
): AsyncIterator<readonly ModelEvent[]> {
  const stream = provider.stream(request, context) as Partial<AsyncIterable<readonly ModelEvent[]>> | undefined;
  const iterator = stream?.[Symbol.asyncIterator]?.();
  if (iterator !== undefined) return iterator;
  throw new TypeError(`the provider ${provider.name} gave no stream; write \`async *stream(request, context) { … }\``);
}

/** The events of one batch. @throws TypeError when it is none */
export function eventsOf(provider: ModelProvider, batch: unknown): readonly ModelEvent[] {
  if (Array.isArray(batch)) return batch;
  const type = (batch as { type?: unknown } | null | undefined)?.type;
  const what = typeof type === 'string' ? `a single event (${type})` : typeof batch;
  throw new TypeError(`the provider ${provider.name} gave ${what} in the place of a list of events; \`yield [event]\``);
}
