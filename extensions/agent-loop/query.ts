import {
  type ContextItem,
  ModelError,
  type ModelProvider,
  type PermissionDenial,
  type QueryEnd,
  type ResultEvent,
  textOf,
  type Usage,
  type UserInput,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { clock } from 'tenon/plugin-api/lib/clock';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { abortSource } from './abort-source.ts';
import { componentFields } from './component-fields.ts';
import { reminder, reminders } from './context.ts';
import { COMPLETED, type Ending, failure, standIn } from './ending.ts';
import type { Waiting } from './message-queue.ts';
import type { LoopSession } from './session.ts';
import { spent } from './spent.ts';
import { askAgain, stopOrGoOn } from './stop.ts';
import { StructuredOutput } from './structured-output.ts';
import { appendMessage, foldMessages, submitPrompt } from './submission.ts';
import { Terms } from './terms.ts';
import { runBatch, settleCalls } from './tool-batch.ts';
import { offerTools, ToolOffers } from './tool-offers.ts';
import { type Answer, requestAnswer } from './turn.ts';
import { NO_USAGE, sumUsage } from './usage.ts';
import { messageOf } from './world.ts';

/** How often in a row a model may ask to be called again without a reason. */
const PAUSE_LIMIT = 20;
const INTERRUPTED = 'The user interrupted this request.';

/** One prompt, from its message to its result. */
export class Query {
  readonly session: LoopSession;
  /** Resolves when the prompt is done. */
  readonly ended: Promise<void>;
  /** The model of this prompt. */
  model: string;
  /** Requests for this prompt so far. */
  turns = 0;
  /** Milliseconds that requests took. */
  apiMs = 0;
  /** Milliseconds to the first event of the first request. */
  ttftMs: number | undefined;
  offers: ToolOffers;
  /** Models that gave no answer to this prompt. */
  readonly failedModels = new Set<string>();
  /** Messages that came later and became a part of this prompt. */
  readonly folded: Waiting[] = [];
  /** Where the answer goes when it is to be data. */
  readonly structured: StructuredOutput | undefined;
  readonly denials: PermissionDenial[] = [];
  readonly input: UserInput;
  /** The text of the last answer. */
  lastText = '';
  /** The prompt passed its gates. */
  started = false;
  /** The `init` event is out. */
  ready = false;
  /** What extensions changed about how it is answered. */
  readonly terms: Terms;
  /** How often a Stop tap sent the model on. */
  wentOn = 0;

  private readonly controller = abortSource();
  private readonly began = clock();
  private usage: Usage = NO_USAGE;
  private stopReason: string | null = null;
  private doing: 'streaming' | 'tools' = 'streaming';
  private pauses = 0;
  private end: () => void = () => {};

  constructor(session: LoopSession, input: UserInput) {
    this.session = session;
    this.input = input;
    this.model = session.model;
    this.offers = new ToolOffers(session);
    this.terms = new Terms(this);
    const { jsonSchema } = session.options;
    this.structured = jsonSchema && new StructuredOutput(jsonSchema, session.limits.structuredRetries);
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  readonly interrupt = (): void => {
    this.controller.abort(new Error(INTERRUPTED));
  };

  /** Waits for `work`, and no longer than until the interrupt. @throws BoundedError */
  until<T>(work: Promise<T>): Promise<T> {
    return bounded(work, 0, this.signal);
  }

  /** Answers the prompt. What a model, a tool or an extension does wrong shows in the result. */
  async run(): Promise<ResultEvent> {
    const { session } = this;
    const { outer } = session;
    outer?.addEventListener('abort', this.interrupt);
    if (outer?.aborted) this.interrupt();
    try {
      // hooks know a subagent's work by the prompt that it belongs to
      session.promptId = session.parent?.promptId ?? randomUuid();
      if (this.input.shouldQuery === false) return this.result(await appendMessage(this)).event;
      session.setStatus('running');
      const result = this.result(await this.answer());
      session.emit(result.event);
      await session.events.room();
      await session.events.settled();
      if (this.started) await this.tellEnd(result);
      return result.event;
    } finally {
      outer?.removeEventListener('abort', this.interrupt);
      this.terms.end();
      this.end();
    }
  }

  /** Counts what one request took. */
  count(model: string, usage: Usage, provider: ModelProvider): void {
    const { session } = this;
    this.usage = sumUsage(this.usage, usage);
    session.tally.add(model, usage, session.world.models.info(provider, model));
  }

  private async answer(): Promise<Ending> {
    try {
      return (await submitPrompt(this)) ?? (await this.loop());
    } catch (error) {
      if (this.signal.aborted) return this.interrupted();
      const message = messageOf(error);
      this.session.world.api.log.error(`a prompt could not be answered: ${message}`, error);
      return failure('turn_setup_failed', message);
    }
  }

  /** Says what the model will be given. */
  async init(): Promise<void> {
    const { session } = this;
    const provider = await this.until(session.world.models.provider(this.model));
    await this.offerTools();
    session.emit({
      type: 'init',
      cwd: session.cwd,
      model: this.model,
      permissionMode: session.permissionMode,
      tools: this.offers.names,
      apiKeySource: provider.keySource(),
      extra: {
        ...(session.effort !== undefined && { effort: session.effort }),
        ...this.terms.effort,
        ...(session.requests.betas !== undefined && { betas: session.requests.betas }),
        ...(await componentFields(session.world)),
        ...(this.offers.agents.length > 0 && { agents: this.offers.agents }),
      },
    });
    this.ready = true;
    await session.events.room();
  }

  /** Finds out which tools the model may call from its next request on. */
  async offerTools(): Promise<void> {
    const { session } = this;
    this.offers = await this.until(offerTools(session, this.structured?.tool));
    session.offers = this.offers.list;
  }

  private async loop(): Promise<Ending> {
    const { session } = this;
    const maxTurns = session.options.maxTurns ?? session.limits.maxTurns;
    for (;;) {
      if (maxTurns !== undefined && this.turns >= maxTurns) {
        const message = `the prompt took ${maxTurns} ${maxTurns === 1 ? 'model request' : 'model requests'}, as many as it may (--max-turns ${maxTurns})`;
        return {
          subtype: 'error_max_turns',
          outcome: 'max_turns',
          terminalReason: 'max_turns',
          isError: true,
          errors: [message],
          numTurns: maxTurns + 1,
        };
      }
      const over = spent(session);
      if (over !== undefined) return over;
      const ending = await this.withinTurn(() => this.turn());
      if (ending !== undefined) return ending;
    }
  }

  /** A change that waits for the turn of a session above would wait for ours, so ours does not wait for it. */
  async withinTurn<T>(work: () => Promise<T>): Promise<T> {
    const { session } = this;
    const leave = await session.world.boundary.enter(this.signal, session.inTurnAbove);
    session.inTurn = true;
    try {
      return await work();
    } finally {
      session.inTurn = false;
      leave();
    }
  }

  /** One request and its tool calls. `undefined`: there is more to do. */
  private async turn(): Promise<Ending | undefined> {
    const { session } = this;
    if (this.turns > 0) await foldMessages(this);
    this.turns++;
    session.turnCount++;
    this.doing = 'streaming';
    this.offers.reveal();
    session.offers = this.offers.list;
    const answer = await requestAnswer(this);
    const { message, end } = answer;
    if (end !== 'complete') {
      settleCalls(
        this,
        answer,
        end === 'interrupted' ? INTERRUPTED : 'The answer broke off, so this call did not run.',
      );
      if (end === 'interrupted') return this.interrupted();
      return this.failed(answer.error!);
    }
    this.stopReason = message.stop_reason;
    this.lastText = textOf(message.content);
    if (message.stop_reason === 'refusal') return this.modelRefused(answer);
    if (message.content.some(({ type }) => type === 'tool_use')) {
      const { structured } = this;
      const ending = await this.runCalls(answer);
      if (ending !== undefined || structured === undefined) return ending;
      if (structured.given !== undefined) return stopOrGoOn(this, answer);
      return structured.triedIn(answer) ? askAgain(this) : undefined;
    }
    if (message.stop_reason === 'pause_turn' && ++this.pauses <= PAUSE_LIMIT) return undefined;
    this.pauses = 0;
    return stopOrGoOn(this, answer);
  }

  /** Runs the calls of an answer. An ending: the model is not told what came of them, or need not be. */
  async runCalls(answer: Answer): Promise<Ending | undefined> {
    const { session } = this;
    this.doing = 'tools';
    const { stopped, deferred } = await runBatch(this, answer);
    if (this.signal.aborted) return this.interrupted();
    if (deferred !== undefined) {
      session.deferred = deferred;
      const ending = { ...COMPLETED, terminalReason: 'tool_deferred', stopReason: 'tool_deferred' };
      return { ...ending, result: this.lastText, deferredToolUse: deferred };
    }
    if (stopped === undefined) return undefined;
    session.inform('warning', `The prompt was stopped: ${stopped}`);
    return { ...COMPLETED, terminalReason: 'hook_stopped', result: this.lastText || stopped };
  }

  /** Text of extensions that belongs to what was just added. */
  addContext(context: readonly ContextItem[]): void {
    const content = reminders(context);
    if (content.length > 0) this.session.addUser({ content, source: 'system', isMeta: true });
  }

  /** Uses another model for the rest of this prompt, when the taps agree. */
  async useModel(to: string, reason: string): Promise<boolean> {
    const { session } = this;
    const from = this.model;
    if (to === from) return false;
    let refused: string | undefined;
    try {
      await this.until(session.world.models.provider(to));
      refused = await this.until(session.refuseModel(from, to, reason));
    } catch (error) {
      if (this.signal.aborted) throw error;
      refused = messageOf(error);
    }
    if (refused !== undefined) {
      session.inform('warning', `The model stays ${from}: ${refused}`);
      return false;
    }
    this.model = to;
    session.switchedModel(from, to, reason);
    return true;
  }

  // ---------------------------------------------------------------- endings

  interrupted(): Ending {
    if (this.doing === 'streaming' && this.turns > 0) {
      this.session.addUser({ content: [reminder(INTERRUPTED)], source: 'system', isMeta: true });
    }
    return {
      subtype: 'error_during_execution',
      outcome: 'interrupted',
      terminalReason: this.doing === 'tools' ? 'aborted_tools' : 'aborted_streaming',
      isError: true,
      errors: [INTERRUPTED],
    };
  }

  /** The provider gave up: its error stands in the place of an answer, and is no part of the conversation. */
  private async failed(error: ModelError): Promise<Ending> {
    const { session } = this;
    const text = error.message;
    const message = standIn(text);
    const rest = { error: error.kind, ...(error.requestId !== undefined && { requestId: error.requestId }) };
    const { uuid } = session.emit({ type: 'assistant', message, ...rest });
    session.emit({ type: 'message', message, blocks: [uuid], ...rest });
    await this.tellFailure(error);
    return {
      subtype: 'success',
      outcome: 'error',
      terminalReason: 'api_error',
      isError: true,
      result: text,
      ...(error.status !== undefined && { apiErrorStatus: error.status }),
    };
  }

  private async modelRefused(answer: Answer): Promise<Ending> {
    const { session } = this;
    settleCalls(this, answer, 'The model refused to go on, so this call did not run.');
    const text = this.lastText || 'The model refused to answer this prompt.';
    session.inform('warning', 'The model refused to answer. Ask in other words, or start a new session.');
    await this.tellFailure(new ModelError('invalid_request', text));
    return { subtype: 'success', outcome: 'error', terminalReason: 'model_error', isError: true, result: text };
  }

  /** Tells the taps that the model could not be reached or refused. */
  async tellFailure(error: ModelError): Promise<void> {
    const { session } = this;
    const { StopFailure } = session.world.api.hooks;
    if (StopFailure.idle || session.parent !== undefined) return;
    await this.until(StopFailure.fire({ session, error })).catch(() => undefined); // interrupted: the prompt ends anyway
  }

  /** What the senders are told. */
  result(ending: Ending): { readonly event: ResultEvent; readonly outcome: QueryEnd['outcome'] } {
    const { tally } = this.session;
    const event: ResultEvent = {
      type: 'result',
      subtype: ending.subtype,
      isError: ending.isError ?? false,
      result: ending.result ?? '',
      errors: ending.errors ?? [],
      durationMs: Math.round(clock() - this.began),
      durationApiMs: Math.round(this.apiMs),
      numTurns: ending.numTurns ?? this.turns,
      stopReason: ending.stopReason ?? this.stopReason,
      terminalReason: ending.terminalReason,
      totalCostUsd: tally.totalCostUsd,
      usage: this.usage,
      modelUsage: tally.byModel(),
      permissionDenials: this.denials,
      ...(this.session.parent === undefined && { queuedTurns: this.session.waiting }),
      ...(ending.apiErrorStatus !== undefined && { apiErrorStatus: ending.apiErrorStatus }),
      ...(ending.structuredOutput !== undefined && { structuredOutput: ending.structuredOutput }),
      ...(ending.deferredToolUse !== undefined && { deferredToolUse: ending.deferredToolUse }),
      ...(this.ttftMs !== undefined && { ttftMs: Math.round(this.ttftMs) }),
    };
    return { event, outcome: ending.outcome };
  }

  private async tellEnd({
    event,
    outcome,
  }: {
    readonly event: ResultEvent;
    readonly outcome: QueryEnd['outcome'];
  }): Promise<void> {
    const { session } = this;
    const { QueryEnd } = session.world.api.hooks;
    if (QueryEnd.idle) return;
    await QueryEnd.fire({
      session,
      turns: this.turns,
      usage: event.usage,
      totalCostUsd: event.totalCostUsd,
      durationMs: event.durationMs,
      lastMessage: this.lastText,
      outcome,
    });
  }
}
