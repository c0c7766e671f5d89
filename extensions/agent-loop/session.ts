import { isAbsolute, relative, sep } from 'node:path';
import {
  type AssistantMessage,
  type ContentBlock,
  type Disposable,
  disposable,
  type Effort,
  type Interrupted,
  type JsonObject,
  type Message,
  type MessageEvent,
  type NoteEvent,
  type OpenOptions,
  type PermissionAnswer,
  type PermissionMode,
  type PromptTerms,
  type ResultEvent,
  type Session,
  type SessionEnd,
  type SessionEventBody,
  type SessionRef,
  type Surface,
  type Thinking,
  type ToolOffer,
  type ToolRun,
  type UserEvent,
  type UserInput,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { sessionEnv } from 'tenon/plugin-api/lib/session-env';
import { abortSource } from './abort-source.ts';
import { Conversation } from './conversation.ts';
import { EventList } from './event-list.ts';
import type { Limits } from './limits.ts';
import { MessageQueue, type Waiting } from './message-queue.ts';
import { checkedMode } from './modes.ts';
import { PromptTexts } from './prompt-texts.ts';
import { Query } from './query.ts';
import { Questions } from './questions.ts';
import type { RequestSettings } from './request-settings.ts';
import { Tally } from './usage.ts';
import { type LoopWorld, messageOf } from './world.ts';

/** Milliseconds that an interrupt waits for the prompt to end. */
const INTERRUPT_LIMIT = 15_000;
/** Milliseconds that the end of a session waits for the readers of its events. */
const CLOSE_LIMIT = 2_000;

/** What a session that stays open asks by itself; the taps of TurnStart say what has ended. */
const GO_ON =
  'Work in the background has ended while nothing else was under way. See what came of it, and go on where something is left to do.';

/** What a session starts from. */
export interface SessionStartState {
  readonly id: string;
  readonly options: OpenOptions;
  readonly model: string;
  /** Absent in a subagent that follows its parent. */
  readonly permissionMode?: PermissionMode;
  readonly limits: Limits;
  readonly requests: RequestSettings;
  readonly transcriptPath?: string;
  readonly messages?: readonly Message[];
  readonly totalCostUsd?: number;
  readonly deferred?: DeferredCall;
  /** Of a subagent. */
  readonly parent?: LoopSession;
}

/** A call that a tap put off: it is decided again before the next prompt. */
export type DeferredCall = NonNullable<ResultEvent['deferredToolUse']>;

/** The state of one session, its events, and the ways to steer it. */
export class LoopSession implements Session {
  readonly id: string;
  readonly root: string;
  declare readonly transcriptPath?: string;
  declare promptId?: string;
  declare readonly agent?: NonNullable<SessionRef['agent']>;
  declare readonly parent?: LoopSession;
  cwd: string;
  model: string;
  status: Session['status'] = 'idle';

  readonly world: LoopWorld;
  readonly options: OpenOptions;
  readonly conversation: Conversation;
  readonly tally: Tally;
  readonly texts: PromptTexts;
  readonly events: EventList;
  readonly limits: Limits;
  /** The session that it belongs to in the end: itself, unless it is a subagent's. */
  readonly top: LoopSession;
  /** What interrupts it from outside; of a subagent. */
  readonly outer: AbortSignal | undefined;
  /** Shared by a session and its subagents, as `questions` are. */
  readonly surfaces: Set<Surface>;
  readonly questions: Questions;
  /** The tools of the last prompt's requests. */
  offers: readonly ToolOffer[] = [];
  /** Model requests so far. */
  turnCount = 0;
  /** A request or its calls are under way. */
  inTurn = false;
  /** Work in the background has ended since the last request. */
  unheard = false;
  deferred: DeferredCall | undefined;
  requests: RequestSettings;

  private readonly memory = new Map<string, unknown>();
  private readonly closing = abortSource();
  private readonly queue = new MessageQueue();
  private readonly children = new Set<LoopSession>();
  private readonly onClosed: () => void;
  private mode: PermissionMode | undefined;
  private query: Query | undefined;
  private running: Promise<unknown> | undefined;
  private closed: Promise<void> | undefined;

  constructor(world: LoopWorld, start: SessionStartState, onClosed: () => void) {
    const { options, parent } = start;
    this.world = world;
    this.options = options;
    this.top = parent?.top ?? this;
    if (parent !== undefined) this.parent = parent;
    if (options.agent !== undefined) this.agent = options.agent;
    this.outer = parent && (options.signal ?? parent.signal);
    this.limits = start.limits;
    this.requests = start.requests;
    this.deferred = start.deferred;
    this.onClosed = onClosed;
    this.id = start.id;
    this.root = parent !== undefined && isBelow(options.cwd, parent.root) ? parent.root : options.cwd;
    this.cwd = options.cwd;
    this.model = start.model;
    this.mode = start.permissionMode;
    if (start.transcriptPath !== undefined) this.transcriptPath = start.transcriptPath;
    this.conversation = new Conversation(start.messages);
    this.tally = new Tally(start.totalCostUsd, parent?.tally);
    this.texts = new PromptTexts(this);
    this.events = new EventList(this, options.parentToolUseId ?? null);
    this.surfaces = parent?.surfaces ?? new Set();
    this.questions = parent?.questions ?? new Questions(this);
    parent?.children.add(this);
  }

  get signal(): AbortSignal {
    return this.query?.signal ?? this.closing.signal;
  }

  get permissionMode(): PermissionMode {
    return this.mode ?? this.parent?.permissionMode ?? 'default';
  }

  get effort(): Effort | undefined {
    return this.requests.effort;
  }

  /** It is closed, or about to be. */
  get over(): boolean {
    return this.closed !== undefined;
  }

  /** A request of this session or of one above it is under way. */
  get inTurnAbove(): boolean {
    return this.parent !== undefined && (this.parent.inTurn || this.parent.inTurnAbove);
  }

  state<T>(key: string, make: () => T): T {
    if (!this.memory.has(key)) this.memory.set(key, make());
    return this.memory.get(key) as T;
  }

  // --------------------------------------------------------------- steering

  send(input: UserInput): Promise<ResultEvent> {
    if (this.closed !== undefined) return Promise.reject(new Error(`the session ${this.id} is closed`));
    const answered = this.queue.add(input);
    if (input.priority === 'now') this.query?.interrupt();
    this.running ??= this.work();
    return answered;
  }

  async interrupt({ cancelQueued = false }: { readonly cancelQueued?: boolean } = {}): Promise<Interrupted> {
    const { query } = this;
    // before the prompt ends, because the next begins right then
    const cancelled = cancelQueued ? this.queue.withdraw('the message was withdrawn with an interrupt') : [];
    const queued = this.queue.uuids;
    if (query === undefined) return { queued, cancelled };
    query.interrupt();
    try {
      await bounded(query.ended, INTERRUPT_LIMIT);
    } catch (error) {
      throw new Error(`the prompt did not end within ${INTERRUPT_LIMIT / 1000} s of its interrupt`, { cause: error });
    }
    return { queued, cancelled };
  }

  withdraw(uuid: string): boolean {
    return this.queue.withdraw('the message was withdrawn', uuid).length > 0;
  }

  /** Messages of users that wait. */
  get waiting(): number {
    return this.queue.sent;
  }

  /** The next message that may become a part of the running answer; it is put back when it did not. */
  nextToFold(): Waiting | undefined {
    return this.queue.nextToFold();
  }

  putBack(waiting: Waiting): void {
    this.queue.putBack(waiting);
  }

  setEffort(effort: Effort | undefined): void {
    const { effort: _, ...rest } = this.requests;
    this.requests = effort === undefined ? rest : { ...rest, effort };
  }

  setThinking(thinking: Thinking | undefined): void {
    const { thinking: _, ...rest } = this.requests;
    this.requests = thinking === undefined ? rest : { ...rest, thinking };
  }

  setThinkingDisplay(display: string | undefined): void {
    const { thinkingDisplay: _, ...rest } = this.requests;
    this.requests = display === undefined ? rest : { ...rest, thinkingDisplay: display };
  }

  async setModel(model: string | undefined): Promise<void> {
    const to = model ?? this.options.model ?? this.parent?.model ?? (await this.world.models.defaultModel());
    if (to === this.model) return;
    await this.world.models.provider(to);
    const refused = await this.refuseModel(this.model, to, 'user');
    if (refused !== undefined) throw new Error(`the model stays ${this.model}: ${refused}`);
    const from = this.model;
    this.model = to;
    this.emit({ type: 'setting', model: to });
    this.switchedModel(from, to, 'user');
  }

  async setPermissionMode(name: PermissionMode): Promise<void> {
    const mode = await checkedMode(this.world, name);
    if (mode === this.permissionMode) return;
    this.mode = mode;
    this.emit({ type: 'setting', permissionMode: mode });
  }

  async setCwd(cwd: string): Promise<void> {
    if (!isAbsolute(cwd)) throw new Error(`the working directory must be an absolute path, got ${JSON.stringify(cwd)}`);
    if (cwd === this.cwd) return;
    const from = this.cwd;
    this.cwd = cwd;
    this.emit({ type: 'setting', cwd });
    const { CwdChanged } = this.world.api.hooks;
    if (!CwdChanged.idle) await CwdChanged.fire({ session: this, from, to: cwd });
  }

  async adapt(terms: PromptTerms): Promise<void> {
    await this.prompt('adapted').terms.add(terms);
  }

  async runTool(tool: string, input: JsonObject): Promise<ToolRun> {
    const query = this.prompt('asked to run a tool');
    const { runOwnCall } = await import('./own-call.ts');
    return runOwnCall(query, tool, input);
  }

  async clear(): Promise<void> {
    const { modelUsage } = this.spent();
    const preTokens = Object.values(modelUsage).reduce((sum, one) => sum + one.inputTokens + one.outputTokens, 0);
    this.conversation.clear();
    this.texts.startOver();
    this.deferred = undefined;
    this.emit({ type: 'compact', trigger: 'manual', preTokens, summary: '', messages: [] });
    if (this.parent !== undefined) return;
    const { SessionStart } = this.world.api.hooks;
    const started = await SessionStart.fire({ session: this, source: 'clear', context: [], env: {} });
    this.texts.opening.push(...started.context.map(({ text }) => text));
    Object.assign(sessionEnv(this), started.env);
  }

  setTitle(title: string): void {
    this.emit({ type: 'setting', title });
  }

  spent(): ReturnType<Session['spent']> {
    return { totalCostUsd: this.tally.totalCostUsd, modelUsage: this.tally.byModel() };
  }

  get tools(): readonly ToolOffer[] {
    return this.offers;
  }

  private prompt(what: string): Query {
    if (this.query === undefined) {
      throw new Error(`the session ${this.id} answers no prompt now, so it cannot be ${what}`);
    }
    return this.query;
  }

  answer(questionId: string, answer: PermissionAnswer): boolean {
    return this.questions.answer(questionId, answer);
  }

  attach(surface: Surface): Disposable {
    this.surfaces.add(surface);
    this.questions.attached(surface);
    return disposable(() => {
      this.surfaces.delete(surface);
      this.questions.detached(surface);
    });
  }

  history(): readonly Message[] {
    return this.conversation.messages();
  }

  inform(level: 'info' | 'warning' | 'error', content: string, by?: 'hook'): void {
    this.emit({ type: 'informational', level, content, ...(by !== undefined && { by }) });
  }

  note(event: NoteEvent): void {
    this.emit(event);
    if (event.type !== 'task_notification' || event.status === 'stopped' || this.options.stays !== true) return;
    this.unheard = true;
    // whoever tells it has more to say
    queueMicrotask(() => this.goOn());
  }

  /** Asks the model to go on when it has not heard what has ended and nobody else asks it anything. */
  private goOn(): void {
    if (!this.unheard || this.running !== undefined || this.closed !== undefined) return;
    this.unheard = false;
    this.send({ content: GO_ON, source: 'system' }).catch((error) => {
      this.world.api.log.debug(`the session did not go on by itself: ${messageOf(error)}`);
    });
  }

  close(reason: SessionEnd['reason']): Promise<void> {
    this.closed ??= this.end(reason);
    return this.closed;
  }

  private async end(reason: SessionEnd['reason']): Promise<void> {
    const { api } = this.world;
    this.queue.withdraw(`the session ${this.id} was closed`);
    try {
      await this.interrupt();
    } catch (error) {
      api.log.error(`the prompt of session ${this.id} did not end when it was interrupted: ${messageOf(error)}`);
    }
    await Promise.all([...this.children].map((child) => child.close(reason)));
    await this.events.settled();
    await this.events.room(AbortSignal.timeout(CLOSE_LIMIT));
    if (this.parent === undefined) await api.hooks.SessionEnd.fire({ session: this, reason });
    this.parent?.children.delete(this);
    this.closing.abort();
    this.onClosed();
  }

  private async work(): Promise<void> {
    for (let next = this.queue.next(); next !== undefined; next = this.queue.next()) {
      const query = new Query(this, next.input);
      this.query = query;
      try {
        const result = await query.run();
        this.query = undefined;
        if (this.queue.uuids.length === 0) this.setStatus('idle');
        for (const one of [next, ...query.folded]) one.resolve(result);
      } catch (error) {
        this.query = undefined;
        this.setStatus('idle');
        const problem = error instanceof Error ? error : new Error(String(error));
        for (const one of [next, ...query.folded]) one.reject(problem);
      }
    }
    this.running = undefined;
    this.goOn();
  }

  // ----------------------------------------------------------------- events

  /** Adds an event to the session. */
  emit(body: SessionEventBody, uuid: string = randomUuid()): { readonly uuid: string } {
    this.events.add(body, uuid);
    return { uuid };
  }

  /** Goes back to what it does apart from questions. */
  restoreStatus(): void {
    this.setStatus(this.query === undefined ? 'idle' : 'running');
  }

  setStatus(status: Session['status']): void {
    if (status === this.status) return;
    this.status = status;
    // what a subagent does is not what its session does
    if (this.parent === undefined) this.emit({ type: 'state', state: status });
  }

  /** Adds a message to the model. */
  addUser(
    event: Omit<UserEvent, 'type' | 'message'> & { readonly content: string | readonly ContentBlock[] },
    uuid?: string,
  ): void {
    const { content, ...rest } = event;
    const message = { role: 'user', content } as const;
    this.conversation.add(message);
    const prompt = this.promptId === undefined ? {} : { promptId: this.promptId };
    this.emit({ type: 'user', message, permissionMode: this.permissionMode, ...prompt, ...rest }, uuid);
  }

  /** Adds an answer of the model; its event's uuid. */
  addAnswer(message: AssistantMessage, rest: Omit<MessageEvent, 'type' | 'message'>): string {
    this.conversation.add({ role: 'assistant', content: message.content });
    return this.emit({ type: 'message', message, ...rest }).uuid;
  }

  notify(kind: string, message: string): void {
    const { Notification } = this.world.api.hooks;
    if (!Notification.idle) this.events.observe(Notification.fire({ session: this, kind, message }));
  }

  // ----------------------------------------------------- model and its prompt

  /** Why the taps refuse a model; `undefined` when they do not. */
  async refuseModel(from: string, to: string, reason: string): Promise<string | undefined> {
    const { PreModelSwitch } = this.world.api.hooks;
    if (PreModelSwitch.idle) return undefined;
    const gate = await PreModelSwitch.fire({ session: this, from, to, reason, verdict: 'none', reasons: [] });
    if (gate.verdict === 'none' || gate.verdict === 'allow') return undefined;
    const said = gate.reasons.filter(({ verdict }) => verdict === gate.verdict).map((one) => one.reason || one.by);
    const why = said.join('; ') || 'an extension refused';
    return gate.verdict === 'deny' ? why : `${why} (asking before a change of models is not available yet)`;
  }

  switchedModel(from: string, to: string, reason: string): void {
    const { PostModelSwitch } = this.world.api.hooks;
    if (!PostModelSwitch.idle) this.events.observe(PostModelSwitch.fire({ session: this, from, to, reason }));
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
