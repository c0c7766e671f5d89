import { type AskOptions, ModelError, type ModelRequest, textOf, type Usage } from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { Accumulator } from './accumulator.ts';
import { eventsOf, modelStream } from './model-stream.ts';
import type { LoopWorld } from './world.ts';

/**
 * One question to a model, outside of any session.
 * @param spent is told what it took, also when the answer is not complete
 * @throws ModelError; BoundedError when the signal aborts.
 */
export async function askModel(
  { api, models }: LoopWorld,
  options: AskOptions,
  spent: (model: string, usage: Usage) => Promise<void>,
): Promise<{ readonly text: string; readonly usage: Usage }> {
  const model = options.model ?? (await models.defaultModel());
  const provider = await models.provider(model);
  const request: ModelRequest = {
    model,
    system: options.system === undefined ? [] : [options.system],
    messages: [{ role: 'user', content: [{ type: 'text', text: options.prompt }] }],
    tools: [],
    ...(options.maxTokens !== undefined && { maxTokens: options.maxTokens }),
  };
  const signals = [api.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const signal of signals) signal.addEventListener('abort', abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  const accumulator = new Accumulator(model);
  const iterator = modelStream(provider, request, { signal: controller.signal });
  try {
    for (;;) {
      const step = await bounded(iterator.next(), 0, controller.signal);
      if (step.done) break;
      for (const event of eventsOf(provider, step.value)) accumulator.add(event);
    }
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
    controller.abort();
    const { usage } = accumulator.message();
    if (usage.input_tokens > 0 || usage.output_tokens > 0) await spent(model, usage);
  }
  if (!accumulator.complete) {
    throw new ModelError('server_error', 'the answer of the model ended before it was complete', { retryable: true });
  }
  accumulator.closeAll();
  const { content, usage } = accumulator.message();
  return { text: textOf(content), usage };
}
