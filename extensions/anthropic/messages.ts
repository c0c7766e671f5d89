import type { IncomingMessage } from 'node:http';
import {
  type HookHandle,
  type JsonObject,
  type ModelCallContext,
  ModelError,
  type ModelEvent,
  type ModelRequest,
  type ModelRetry,
  type SessionRef,
} from 'tenon/plugin-api';
import { clock } from 'tenon/plugin-api/lib/clock';
import { isLoopback } from 'tenon/plugin-api/lib/proxy';
import { AnswerReader, SilenceError } from './answer-reader.ts';
import type { ApiKeyHelper } from './api-key-helper.ts';
import { type Endpoint, readEndpoint } from './endpoint.ts';
import { EventStreamError } from './event-stream.ts';
import {
  type Attempt,
  brokenFailure,
  contentTypeFailure,
  cutFailure,
  eventFailure,
  type FailedAttempt,
  statusFailure,
} from './failure.ts';
import type { ModelPolicy } from './model-policy.ts';
import { type Env, type ResolvedModel, resolveModel } from './model-table.ts';
import { positive, requestBody } from './request-body.ts';
import { requestHeaders, tappedHeaders } from './request-headers.ts';
import { jsonText, requestText } from './request-text.ts';
import { checkHead, readText, requestIdOf } from './response-head.ts';
import { backoffMs, MAX_RETRY_AFTER_MS, sleep, tooLong } from './retry.ts';
import type { Transport } from './transport.ts';

const CONNECT_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 600_000;
/** So many events before any content are no answer any more. */
const MOST_HELD = 1_000;
/** A server that was never there will hardly be there in a minute: so often it is tried again, rather than ten times. */
const UNREACHED_RETRIES = 2;
const RETRIES = 10;

export interface MessagesParts {
  readonly env: () => Env;
  readonly version: string;
  readonly hook: HookHandle<'ModelRequest'>;
  readonly transport: Transport;
  readonly helper: ApiKeyHelper;
  readonly policy: ModelPolicy;
  readonly random?: () => number;
}

/** A request as it goes out. */
interface Prepared {
  readonly model: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The requests of the Messages API (https://docs.anthropic.com/en/api/messages). */
export class Messages {
  readonly #parts: MessagesParts;
  /** The servers that have answered. */
  readonly #reached = new Set<string>();

  constructor(parts: MessagesParts) {
    this.#parts = parts;
  }

  /**
   * Sends a request until it is answered. Once a part of the answer was given, a failure is not repeated: it is thrown
   * with `retryable` true, and the caller decides. Failures that repeating did not help have `retryable` false.
   * @throws ModelError; the reason of the signal after an abort.
   */
  async *stream(request: ModelRequest, context: ModelCallContext): AsyncGenerator<readonly ModelEvent[]> {
    const { helper } = this.#parts;
    const { signal } = context;
    const env = this.#parts.env();
    let endpoint = await readEndpoint(env, helper);
    let renewed = false;
    const idleMs = positive(env, 'CLAUDE_STREAM_IDLE_TIMEOUT_MS') ?? 90_000;
    const answerMs = positive(env, 'API_TIMEOUT_MS') ?? ANSWER_TIMEOUT_MS;
    let asked = request.model;
    let prepared = await this.#prepare(request, asked, endpoint, context.session);

    for (let attempt = 1; ; attempt++) {
      if (signal.aborted) throw interruption(signal);
      let about: Attempt = { endpoint, model: prepared.model, bodyBytes: prepared.body.length };
      let reader: AnswerReader | undefined;
      let failure: FailedAttempt;
      let complete = false;
      let given = false;
      const abort = () => reader?.abort(interruption(signal));
      signal.addEventListener('abort', abort);
      try {
        const response = await this.#send(prepared, endpoint, signal);
        this.#reached.add(endpoint.messages.host);
        const requestId = requestIdOf(response);
        if (requestId !== undefined) {
          about = { ...about, requestId };
          context.onRequestId?.(requestId);
        }
        await checkHead(response, about, signal);
        reader = new AnswerReader(response, idleMs);
        if (signal.aborted) throw interruption(signal);

        // Held until there is content, so that an answer that is cut before can be asked for again unnoticed.
        let held: ModelEvent[] | undefined = [];
        let stopped = false;
        let movedAt = clock();
        while (!complete) {
          const events = await reader.next();
          if (events === undefined) {
            if (!stopped) throw cutFailure(about, held?.length === 0 ? 'empty' : 'cut', idleMs);
            // Some gateways leave out the last event.
            yield [...(held ?? []), { type: 'message_stop' }];
            break;
          }
          const { upTo, sees } = scan(events);
          if (sees.stopReason) stopped = true;
          const batch = upTo === events.length ? events : events.slice(0, upTo);
          complete = sees.end;
          // Signs of life alone do not make an answer.
          if (sees.moved || complete) movedAt = clock();
          else if (clock() - movedAt > answerMs) throw cutFailure(about, 'stalled', answerMs);
          if (held && !sees.content && !complete) {
            for (const event of batch) if (event.type !== 'ping') held.push(event);
            if (held.length > MOST_HELD) throw new EventStreamError(`${MOST_HELD} events came without any content`);
          } else if (held) {
            given = true;
            const first: readonly ModelEvent[] = held.length === 0 ? batch : [...held, ...batch];
            held = undefined;
            const begun = clock();
            yield first;
            // The time that our reader takes is not the server's.
            movedAt += clock() - begun;
          } else if (batch.length > 0) {
            const begun = clock();
            yield batch;
            movedAt += clock() - begun;
          }
          if (sees.error !== undefined) throw eventFailure(about, sees.error);
        }
        complete = true;
        return;
      } catch (cause) {
        if (signal.aborted) throw interruption(signal);
        failure = cause instanceof SilenceError ? cutFailure(about, 'silent', idleMs) : brokenFailure(about, cause);
        if (given) throw failure.error;
      } finally {
        signal.removeEventListener('abort', abort);
        reader?.close(complete);
      }
      if (failure.error.status === 401 && endpoint.keySource === 'apiKeyHelper' && !renewed) {
        renewed = true;
        helper.forget();
        endpoint = await readEndpoint(env, helper);
        prepared = await this.#prepare(request, asked, endpoint, context.session);
        attempt--;
        continue;
      }
      const next = await this.#beforeRetry(failure, attempt, endpoint, context);
      if (next === undefined) continue;
      asked = next;
      prepared = await this.#prepare(request, asked, endpoint, context.session);
    }
  }

  /** Input tokens of a request, as the endpoint counts them. One attempt. @throws ModelError */
  async countTokens(request: ModelRequest, context: ModelCallContext): Promise<number> {
    const { transport, version, helper } = this.#parts;
    const env = this.#parts.env();
    const endpoint = await readEndpoint(env, helper);
    const model = this.#model(request.model, context.session);
    const { max_tokens: _max, stream: _stream, ...rest } = requestBody(request, model, env);
    const body = jsonText(rest);
    const url = new URL(`${endpoint.messages.pathname}/count_tokens?beta=true`, endpoint.messages);
    let about: Attempt = { endpoint, model: model.id, bodyBytes: body.length };
    try {
      const headers = { ...requestHeaders(model, env, version, context.session, request), ...endpoint.secretHeaders };
      const timeoutMs = 30_000;
      const response = await transport.post({
        url,
        headers,
        body,
        signal: context.signal,
        timeoutMs,
        connectTimeoutMs: timeoutMs,
      });
      const requestId = requestIdOf(response);
      if (requestId !== undefined) about = { ...about, requestId };
      const text = await readText(response, context.signal);
      if (response.statusCode !== 200)
        throw await statusFailure(about, response.statusCode ?? 0, response.headers, text);
      const tokens = (parse(text) as { input_tokens?: unknown } | undefined)?.input_tokens;
      if (typeof tokens !== 'number') throw contentTypeFailure(about, response.headers, text);
      return tokens;
    } catch (cause) {
      if (context.signal.aborted) throw interruption(context.signal);
      throw brokenFailure(about, cause).error;
    }
  }

  async #prepare(
    request: ModelRequest,
    asked: string,
    endpoint: Endpoint,
    session: SessionRef | undefined,
  ): Promise<Prepared> {
    const { hook, version, policy } = this.#parts;
    const env = this.#parts.env();
    const model = this.#model(asked, session);
    const { effort: wanted, ...rest } = request;
    const effort = policy.effort(wanted, model.id);
    const allowed = effort === undefined ? rest : { ...rest, effort };
    let params: JsonObject = requestBody(allowed, model, env);
    let headers = requestHeaders(model, env, version, session, allowed);
    // what taps have held in their hands may have changed
    const textOf = hook.idle ? requestText : jsonText;
    if (!hook.idle) {
      const value = await hook.fire({ ...(session && { session }), params, headers });
      params = { ...value.params, stream: true };
      headers = tappedHeaders(value.headers);
    }
    return {
      model: typeof params.model === 'string' ? params.model : model.id,
      body: textOf(params),
      headers: { ...headers, ...endpoint.secretHeaders },
    };
  }

  #send(prepared: Prepared, endpoint: Endpoint, signal: AbortSignal): Promise<IncomingMessage> {
    const { env, transport } = this.#parts;
    const timeoutMs = positive(env(), 'API_TIMEOUT_MS') ?? ANSWER_TIMEOUT_MS;
    return transport.post({
      url: new URL(`${endpoint.messages.pathname}?beta=true`, endpoint.messages),
      headers: prepared.headers,
      body: prepared.body,
      signal,
      timeoutMs,
      connectTimeoutMs: Math.min(timeoutMs, CONNECT_TIMEOUT_MS),
    });
  }

  /** The model to ask for. @throws ModelError when settings rule it out. */
  #model(asked: string, session: SessionRef | undefined): ResolvedModel {
    const { env, policy } = this.#parts;
    const model = resolveModel(asked, env(), session);
    policy.check(model.id, model.id === resolveModel('default', {}).id);
    return { ...model, id: policy.override(model.id) };
  }

  /** How often a failed attempt may be repeated. An own number of the user's counts for everything. */
  #maxRetries({ unreached }: FailedAttempt, endpoint: Endpoint): number {
    const given = positive(this.#parts.env(), 'CLAUDE_CODE_MAX_RETRIES', 0);
    if (given !== undefined) return given;
    const { host, hostname } = endpoint.messages;
    const local = unreached === 'refused' && isLoopback(hostname);
    return unreached !== undefined && (local || !this.#reached.has(host)) ? UNREACHED_RETRIES : RETRIES;
  }

  /** Waits for the next attempt, and gives the model to ask instead where somebody wants another. @throws ModelError */
  async #beforeRetry(
    failure: FailedAttempt,
    attempt: number,
    endpoint: Endpoint,
    context: ModelCallContext,
  ): Promise<string | undefined> {
    const { error } = failure;
    const maxRetries = this.#maxRetries(failure, endpoint);
    const impatient = tooLong(failure.retryAfterMs);
    if (!error.retryable) throw error;
    if (impatient !== undefined) throw final(error, impatient);
    if (attempt > maxRetries) {
      const none = failure.unreached !== undefined && !this.#reached.has(endpoint.messages.host);
      const more = none ? ', none of which reached a server' : '';
      throw final(error, attempt > 1 ? `Gave up after ${attempt} attempts${more}.` : '');
    }
    const delayMs = failure.retryAfterMs ?? backoffMs(attempt, this.#parts.random);
    const retry: ModelRetry = { attempt, maxRetries, delayMs, error };
    const answer = await context.onRetry?.(retry);
    const wait = answer?.retryIn ?? (answer?.useModel === undefined ? delayMs : 0);
    await sleep(Math.min(Math.max(0, wait || 0), MAX_RETRY_AFTER_MS), context.signal);
    return answer?.useModel;
  }
}

interface Seen {
  /** The answer went on: not only pings, and events that nobody knows. */
  moved: boolean;
  content: boolean;
  stopReason: boolean;
  end: boolean;
  error?: unknown;
}

/** What a list of events holds, and how many come before an error. */
function scan(events: readonly ModelEvent[]): {
  readonly upTo: number;
  readonly sees: Seen;
} {
  const sees: Seen = {
    moved: false,
    content: false,
    stopReason: false,
    end: false,
  };
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as ModelEvent | { readonly type: 'error' };
    switch (event.type) {
      case 'content_block_delta':
      case 'content_block_start':
        sees.content = true;
        sees.moved = true;
        break;
      case 'message_start':
      case 'content_block_stop':
        sees.moved = true;
        break;
      case 'message_delta':
        sees.moved = true;
        if (event.delta?.stop_reason) sees.stopReason = true;
        break;
      case 'message_stop':
        sees.end = true;
        return { upTo: at + 1, sees };
      case 'error':
        sees.error = event;
        return { upTo: at, sees };
    }
  }
  return { upTo: events.length, sees };
}

function interruption(signal: AbortSignal): Error {
  if (signal.reason instanceof Error) return signal.reason;
  const error = new Error('interrupted');
  error.name = 'AbortError';
  return error;
}

function final(error: ModelError, more: string): ModelError {
  return new ModelError(error.kind, more === '' ? error.message : `${error.message} ${more}`, {
    retryable: false,
    ...(error.status !== undefined && { status: error.status }),
    ...(error.requestId !== undefined && { requestId: error.requestId }),
    cause: error.cause ?? error,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller says what it expected.
  }
}
