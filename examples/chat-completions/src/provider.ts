import {
  type ModelCallContext,
  ModelError,
  type ModelEvent,
  type ModelProvider,
  type ModelRequest,
} from 'tenon/plugin-api';
import { pause } from 'tenon/plugin-api/lib/pause';
import { AnswerReader } from './answer-reader.ts';
import { type Endpoint, failureOf, post, readEndpoint } from './endpoint.ts';
import type { Settings } from './manifest.ts';
import { requestBody } from './request-body.ts';

export interface ProviderParts {
  /** Asked at each use: settings change it. */
  env(): Readonly<Record<string, string | undefined>>;
  settings(): Settings;
}

/** How often a failed request is sent again, and the first pause in milliseconds. */
const RETRIES = 3;
const PAUSE = 500;

/** Answers for `chat:<model>`, with the endpoint of OPENAI_BASE_URL and the key of OPENAI_API_KEY. */
export function chatProvider({ env, settings }: ProviderParts): ModelProvider {
  return {
    name: 'chat:*',
    info: (model) => ({ id: model, ...settings() }),
    keySource: () => (env().OPENAI_API_KEY ? 'OPENAI_API_KEY' : 'none'),
    status() {
      try {
        return { endpoint: readEndpoint(env()).url.href };
      } catch (error) {
        return { problem: (error as Error).message };
      }
    },
    async *stream(request, context) {
      const endpoint = readEndpoint(env());
      const body = requestBody(request, settings().maxOutputTokens);
      yield* answer(await send(endpoint, body, context), request, context);
    },
  };
}

/** Sends the request, and again after failures that pass. Nothing has been read of an answer by then. */
async function send(endpoint: Endpoint, body: object, context: ModelCallContext) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await post(endpoint, body, context.signal);
    } catch (error) {
      context.signal.throwIfAborted();
      const failure = failureOf(error, endpoint);
      if (!failure.retryable || attempt > RETRIES) throw failure;
      const delayMs = PAUSE * 2 ** (attempt - 1);
      // others may say when to try again, or that another model is to answer
      const advice = await context.onRetry?.({ attempt, maxRetries: RETRIES, delayMs, error: failure });
      if (advice?.useModel !== undefined) throw failure;
      await pause(advice?.retryIn ?? delayMs, context.signal);
    }
  }
}

async function* answer(
  response: Awaited<ReturnType<typeof post>>,
  request: ModelRequest,
  context: ModelCallContext,
): AsyncGenerator<readonly ModelEvent[]> {
  const reader = new AnswerReader(request.model);
  try {
    for await (const piece of response.text) {
      const events = reader.read(piece);
      if (events.length > 0) yield events;
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    throw new ModelError('server_error', `The answer was cut off: ${(error as Error).message}`, { cause: error });
  } finally {
    response.close();
  }
  yield reader.end();
}
