import {
  type ContentBlock,
  type ContextItem,
  type GateReason,
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
import { reminder, reminders } from './context.ts';
import { blocksOf } from './conversation.ts';
import { type Ending, failure, standIn } from './ending.ts';
import { said } from './reasons.ts';
import type { LoopSession } from './session.ts';
import { runBatch, settleCalls } from './tool-batch.ts';
import { offerTools, ToolOffers } from './tool-offers.ts';
import { type Answer, requestAnswer } from './turn.ts';
import { NO_USAGE, sumUsage } from './usage.ts';
import { messageOf } from './world.ts';

/** How often a Stop tap may send the model back to work for one prompt. */
const GO_ON_LIMIT = 8;
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
  readonly denials: PermissionDenial[] = [];

  private readonly input: UserInput;
  private readonly controller = abortSource();
  private readonly began = clock();
  private usage: Usage = NO_USAGE;
  private lastText = '';
  private stopReason: string | null = null;
  private doing: 'streaming' | 'tools' = 'streaming';
  private started = false;
  private wentOn = 0;
  private pauses = 0;
  private end: () => void = () => {};

  constructor(session: LoopSession, input: UserInput) {
    this.session = session;
    this.input = input;
    this.model = session.model;
    this.offers = new ToolOffers(session);
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  interrupt(): void {
    this.controller.abort(new Error(INTERRUPTED));
  }

  /** Waits for `work`, and no longer than until the interrupt. @throws BoundedError */
  until<T>(work: Promise<T>): Promise<T> {
    return bounded(work, 0, this.signal);
  }

  /** Answers the prompt. What a model, a tool or an extension does wrong shows in the result. */
  async run(): Promise<ResultEvent> {
    const { session } = this;
    try {
      session.promptId = randomUuid();
      session.setStatus('running');
      const result = this.result(await this.answer());
      session.emit(result.event);
      await session.room();
      await session.settled();
      if (this.started) await this.tellEnd(result);
      return result.event;
    } finally {
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
      return (await this.submit()) ?? (await this.loop());
    } catch (error) {
      if (this.signal.aborted) return this.interrupted();
      const message = messageOf(error);
      this.session.world.api.log.error(`a prompt could not be answered: ${message}`, error);
      return failure('turn_setup_failed', message);
    }
  }

  /** Passes the prompt through its gates and adds it to the conversation. An ending means that it is not sent. */
  private async submit(): Promise<Ending | undefined> {
    const { session } = this;
    const { hooks } = session.world.api;
    const { content, source = 'user', uuid } = this.input;
    const images = blocksOf(content).filter(({ type }) => type !== 'text');
    const text = textOf(content);
    const submitted = await this.until(
      hooks.UserPromptSubmit.fire({ session, text, images, source, context: [], verdict: 'none', reasons: [] }),
    );
    if (submitted.verdict === 'deny') return this.refused(submitted.reasons);
    const asked = await this.until(
      hooks.QueryStart.fire({
        session,
        prompt: submitted.text,
        model: this.model,
        turnCount: session.turnCount,
        context: [],
        verdict: 'none',
        reasons: [],
      }),
    );
    if (asked.verdict === 'deny') return this.refused(asked.reasons);
    if (asked.prompt.trim() === '' && images.length === 0) return failure('turn_setup_failed', 'The prompt is empty.');
    this.started = true;
    if (asked.model !== this.model) await this.useModel(asked.model, 'QueryStart');

    const opening = await this.until(session.takeOpening());
    await this.init();
    const before = opening.filter((one) => one.trim() !== '').map(reminder);
    // a session that goes on has most of them already
    const unsaid = before.filter((block) => !session.conversation.has(block.text));
    if (unsaid.length > 0) session.addUser({ content: unsaid, source: 'system', isMeta: true });
    const prompt = asked.prompt === text ? content : replaced(asked.prompt, images);
    session.addUser({ content: prompt, source }, uuid);
    this.addContext([...submitted.context, ...asked.context]);
    return undefined;
  }

  private async init(): Promise<void> {
    const { session } = this;
    const provider = await this.until(session.world.models.provider(this.model));
    this.offers = await this.until(offerTools(session));
    session.offers = this.offers.list;
    session.emit({
      type: 'init',
      cwd: session.cwd,
      model: this.model,
      permissionMode: session.permissionMode,
      tools: this.offers.names,
      apiKeySource: provider.keySource(),
      extra: {},
    });
    await session.room();
  }

  private async loop(): Promise<Ending> {
    const { session } = this;
    const { maxTurns } = session.options;
    for (;;) {
      if (maxTurns !== undefined && this.turns >= maxTurns) {
        const message = `the prompt took ${maxTurns} model requests, as many as it may (--max-turns ${maxTurns})`;
        return {
          subtype: 'error_max_turns',
          outcome: 'max_turns',
          terminalReason: 'max_turns',
          isError: true,
          errors: [message],
          numTurns: maxTurns + 1,
        };
      }
      const leave = await session.world.boundary.enter(this.signal);
      try {
        const ending = await this.turn();
        if (ending !== undefined) return ending;
      } finally {
        leave();
      }
    }
  }

  /** One request and its tool calls. `undefined`: there is more to do. */
  private async turn(): Promise<Ending | undefined> {
    const { session } = this;
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
      this.doing = 'tools';
      const stopped = await runBatch(this, answer);
      if (this.signal.aborted) return this.interrupted();
      if (stopped === undefined) return undefined;
      session.inform('warning', `The prompt was stopped: ${stopped}`);
      return {
        subtype: 'success',
        outcome: 'success',
        terminalReason: 'hook_stopped',
        result: this.lastText || stopped,
      };
    }
    if (message.stop_reason === 'pause_turn' && ++this.pauses <= PAUSE_LIMIT) return undefined;
    this.pauses = 0;
    return this.stop(answer);
  }

  private async stop(answer: Answer): Promise<Ending | undefined> {
    const { session } = this;
    if (answer.message.stop_reason === 'model_context_window_exceeded') {
      const text =
        'The conversation no longer fits into the context window of the model. Start a new session, or go on with less.';
      session.inform('error', text);
      await this.tellFailure(new ModelError('invalid_request', text));
      return { ...failure('prompt_too_long', text), result: this.lastText };
    }
    if (answer.message.stop_reason === 'max_tokens') {
      const tokens = answer.message.usage.output_tokens;
      session.inform('warning', `The answer was cut off: the model reached its output limit (${tokens} tokens).`);
    }
    const stop = await this.until(
      session.world.api.hooks.Stop.fire({
        session,
        lastMessage: this.lastText,
        active: this.wentOn > 0,
        context: [],
        verdict: 'stop',
        reasons: [],
      }),
    );
    if (stop.verdict === 'go-on' && this.wentOn < GO_ON_LIMIT) {
      this.wentOn++;
      session.addUser({ content: said(stop.reasons, 'go-on') || 'Go on.', source: 'system' });
      this.addContext(stop.context);
      return undefined;
    }
    if (stop.verdict === 'go-on') {
      session.inform(
        'warning',
        `An extension wanted the model to go on more than ${GO_ON_LIMIT} times; the prompt ends here.`,
      );
    }
    session.opening.push(...stop.context.map(({ text }) => text));
    return { subtype: 'success', outcome: 'success', terminalReason: 'completed', result: this.lastText };
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

  private async refused(reasons: readonly GateReason[]): Promise<Ending> {
    await this.init();
    const why = said(reasons, 'deny') || 'An extension refused the prompt.';
    return { ...failure('hook_stopped', why), result: why };
  }

  private interrupted(): Ending {
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

  private async tellFailure(error: ModelError): Promise<void> {
    const { session } = this;
    const { StopFailure } = session.world.api.hooks;
    if (StopFailure.idle) return;
    await this.until(StopFailure.fire({ session, error })).catch(() => undefined); // interrupted: the prompt ends anyway
  }

  private result(ending: Ending): { readonly event: ResultEvent; readonly outcome: QueryEnd['outcome'] } {
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
      stopReason: this.stopReason,
      terminalReason: ending.terminalReason,
      totalCostUsd: tally.totalCostUsd,
      usage: this.usage,
      modelUsage: tally.byModel(),
      permissionDenials: this.denials,
      ...(ending.apiErrorStatus !== undefined && { apiErrorStatus: ending.apiErrorStatus }),
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

function replaced(text: string, others: readonly ContentBlock[]): string | readonly ContentBlock[] {
  return others.length === 0 ? text : [...others, { type: 'text', text }];
}
