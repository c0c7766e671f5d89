import {
  type AssistantMessage,
  isModelError,
  ModelError,
  type ModelProvider,
  type ModelRequest,
  type ModelRetry,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { clock } from 'tenon/plugin-api/lib/clock';
import { abortSource } from './abort-source.ts';
import { Accumulator } from './accumulator.ts';
import { fallBack, OVERLOADED_PATIENCE } from './fallback.ts';
import { eventsOf, modelStream } from './model-stream.ts';
import type { Query } from './query.ts';
import { messageOf } from './world.ts';

/** How often taps may have a request sent again that its provider gave up. */
const AGAIN_LIMIT = 10;

/** What came of one request. */
export interface Answer {
  readonly message: AssistantMessage;
  /** The uuid of its `message` event. */
  readonly uuid: string;
  /** Calls that cannot run, by id, with the reason for the model. */
  readonly invalid: ReadonlyMap<string, string>;
  /** `interrupted` and `failed`: the message holds what came before. */
  readonly end: 'complete' | 'interrupted' | 'failed';
  /** Set when it failed. */
  readonly error?: ModelError;
}

/** Another request is to be made in place of this one. */
class Again extends Error {
  override readonly name = 'Again';
}

/** Lets the taps prepare a turn, sends the request and emits the answer as it comes. */
export async function requestAnswer(query: Query): Promise<Answer> {
  const { session, offers } = query;
  const { TurnStart } = session.world.api.hooks;
  let system = await query.until(session.texts.system(query.model));
  const built = query.model;
  let tail: readonly string[] = [];
  session.unheard = false;
  if (!TurnStart.idle) {
    const turn = await query.until(
      TurnStart.fire({ session, turn: query.turns, system, tools: offers.list, added: [] }),
    );
    tail = turn.system.slice(system.length);
    for (const message of turn.added) addMessage(query, message);
  }
  for (let again = 0; ; again++) {
    if (again > 0 && query.model !== built) system = await query.until(session.texts.system(query.model));
    const request: ModelRequest = {
      model: query.model,
      system: tail.length === 0 ? system : [...system, ...tail],
      messages: session.conversation.messages(),
      tools: offers.list,
      ...session.requests,
      ...query.terms.effort,
    };
    try {
      return await new Request(query, request, again).run();
    } catch (error) {
      if (!(error instanceof Again)) throw error;
    }
  }
}

function addMessage(query: Query, message: ModelRequest['messages'][number]): void {
  const { session } = query;
  if (message.role === 'user') session.addUser({ content: message.content, source: 'system', isMeta: true });
  else
    session.world.api.log.warn(
      'a TurnStart tap added a message of the assistant; only messages of the user can be added',
    );
}

class Request {
  private readonly query: Query;
  private readonly request: ModelRequest;
  private readonly again: number;
  private readonly controller = abortSource();
  private readonly accumulator: Accumulator;
  private readonly blocks: string[] = [];
  private readonly began = clock();
  private requestId: string | undefined;
  private attempt = 1;
  private switched = false;
  private first = true;

  constructor(query: Query, request: ModelRequest, again: number) {
    this.query = query;
    this.request = request;
    this.again = again;
    this.accumulator = new Accumulator(request.model);
  }

  async run(): Promise<Answer> {
    const { query, controller, accumulator } = this;
    const abort = () => controller.abort(query.signal.reason);
    if (query.signal.aborted) abort();
    query.signal.addEventListener('abort', abort);
    let failure: unknown;
    let provider: ModelProvider | undefined;
    try {
      provider = await query.until(query.session.world.models.provider(this.request.model));
      await this.read(provider);
      if (!accumulator.complete) {
        failure = new ModelError('server_error', 'API Error: the answer of the model ended before it was complete', {
          retryable: true,
        });
      }
    } catch (error) {
      failure = error;
    } finally {
      query.signal.removeEventListener('abort', abort);
    }
    const ms = clock() - this.began;
    query.apiMs += ms;
    if (this.switched) throw new Again();
    if (failure !== undefined) return await this.broken(failure, provider);

    for (const block of accumulator.closeAll()) this.emitBlock(block);
    const answer = this.finish('complete', provider!);
    const { session } = query;
    const { ModelResponse } = session.world.api.hooks;
    if (!ModelResponse.idle) {
      const { message } = answer;
      session.events.observe(
        ModelResponse.fire({
          session,
          message,
          usage: message.usage,
          stopReason: message.stop_reason,
          ms: Math.round(ms),
        }),
      );
    }
    await session.events.room();
    return answer;
  }

  private async read(provider: ModelProvider): Promise<void> {
    const { query, controller, accumulator } = this;
    const { session } = query;
    const { signal } = controller;
    const { SessionEvent } = session.world.api.hooks;
    const iterator = modelStream(provider, this.request, {
      signal,
      session,
      onRetry: (retry) => this.retry(retry),
      onRequestId: (id) => {
        this.requestId = id;
      },
    });
    let open = true;
    try {
      for (;;) {
        const step = await bounded(iterator.next(), 0, signal);
        if (step.done) {
          open = false;
          return;
        }
        const time = Date.now();
        const watched = !SessionEvent.idleFor('stream_event');
        for (const event of eventsOf(provider, step.value)) {
          if (watched) {
            const full = session.events.addDelta(event, time, this.ttft());
            if (full !== undefined) {
              session.events.wait(full);
              await session.events.room(signal);
            }
          } else {
            this.ttft();
            session.events.skipDelta();
          }
          const block = accumulator.add(event);
          if (block !== undefined) this.emitBlock(block);
        }
        await session.events.room(signal);
        if (signal.aborted) throw signal.reason;
      }
    } finally {
      if (open) {
        controller.abort();
        // not waited for: a provider that hangs must not hold up the interrupt
        iterator
          .return?.()
          .catch((error) => session.world.api.log.debug(`a model stream ended with: ${messageOf(error)}`));
      }
    }
  }

  /** Milliseconds to the first event, at the first event only. */
  private ttft(): number | undefined {
    if (!this.first) return undefined;
    this.first = false;
    const ms = clock() - this.began;
    this.query.ttftMs ??= ms;
    return Math.round(ms);
  }

  private emitBlock(block: AssistantMessage['content'][number]): void {
    const message = this.accumulator.withBlock(block);
    this.blocks.push(this.query.session.emit({ type: 'assistant', message, ...this.id() }).uuid);
  }

  private id(): { readonly requestId?: string } {
    return this.requestId === undefined ? {} : { requestId: this.requestId };
  }

  private finish(end: Answer['end'], provider: ModelProvider | undefined, error?: ModelError): Answer {
    const { query, accumulator, blocks } = this;
    const message = accumulator.message();
    let uuid = '';
    if (message.content.length > 0 || end === 'complete') {
      const aborted = end === 'complete' ? {} : { aborted: true };
      uuid = query.session.addAnswer(message, { blocks, ...this.id(), ...aborted });
    }
    if (provider !== undefined && message.usage.input_tokens + message.usage.output_tokens > 0) {
      query.count(message.model, message.usage, provider);
    }
    return { message, uuid, invalid: this.unusable(message), end, ...(error !== undefined && { error }) };
  }

  private unusable(message: AssistantMessage): ReadonlyMap<string, string> {
    const { invalid, bare } = this.accumulator;
    const last = message.content.at(-1);
    if (message.stop_reason !== 'max_tokens' || last?.type !== 'tool_use') return invalid;
    if (!invalid.has(last.id) && !bare.has(last.id)) return invalid;
    const why =
      'the answer reached the output limit before the input was complete; make the call again with a shorter input, or in several steps';
    return new Map([...invalid, [last.id, why]]);
  }

  /** The provider is about to try again: a tap may change when, or with which model. */
  private async retry(retry: ModelRetry): Promise<{ readonly retryIn?: number } | undefined> {
    this.attempt = retry.attempt + 1;
    const choice = await this.choose(retry.error, retry.attempt);
    const elsewhere = choice !== undefined && 'useModel' in choice && this.again < AGAIN_LIMIT;
    const impatient =
      choice === undefined &&
      retry.error.kind === 'overloaded' &&
      retry.attempt >= OVERLOADED_PATIENCE &&
      this.again < AGAIN_LIMIT;
    if (
      (elsewhere && (await this.query.useModel(choice.useModel, 'ModelError'))) ||
      (impatient && (await fallBack(this.query, retry.error)))
    ) {
      this.switched = true;
      this.controller.abort();
      throw new Again();
    }
    const retryIn = choice !== undefined && 'retryIn' in choice ? choice.retryIn : undefined;
    this.emitRetry(retry.error, retry.attempt, retry.maxRetries, retryIn ?? retry.delayMs);
    return retryIn === undefined ? undefined : { retryIn };
  }

  private async choose(
    error: ModelError,
    attempt: number,
  ): Promise<{ readonly retryIn: number } | { readonly useModel: string } | undefined> {
    const { session } = this.query;
    const { ModelError: hook } = session.world.api.hooks;
    if (hook.idle) return undefined;
    return await this.query.until(hook.fire({ session, error, attempt }));
  }

  private emitRetry(error: ModelError, attempt: number, maxRetries: number, retryDelayMs: number): void {
    this.query.session.emit({
      type: 'api_retry',
      attempt,
      maxRetries,
      retryDelayMs,
      errorStatus: error.status ?? null,
      error: error.kind,
    });
  }

  private async broken(failure: unknown, provider: ModelProvider | undefined): Promise<Answer> {
    const { query, accumulator } = this;
    const begun = this.blocks.length > 0;
    for (const block of accumulator.cutOff()) this.emitBlock(block);
    if (query.signal.aborted) return this.finish('interrupted', provider);
    const error = isModelError(failure)
      ? failure
      : new ModelError('unknown', `API Error: ${messageOf(failure)}`, { cause: failure });
    // what was shown of an answer cannot be taken back, so only one that had not begun is asked for again
    if (!begun && this.blocks.length === 0 && this.again < AGAIN_LIMIT) {
      const choice = await this.choose(error, this.attempt + this.again);
      if (choice !== undefined && 'useModel' in choice) {
        if (await query.useModel(choice.useModel, 'ModelError')) throw new Again();
      } else if (choice !== undefined) {
        this.emitRetry(error, this.attempt + this.again, AGAIN_LIMIT, choice.retryIn);
        await pause(choice.retryIn, query.signal);
        throw new Again();
      } else if (await fallBack(query, error)) throw new Again();
    }
    return this.finish('failed', provider, error);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return bounded(slept, 0, signal).finally(() => clearTimeout(timer));
}
