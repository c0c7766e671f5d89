import { isAbsolute } from 'node:path';
import {
  type AssistantMessage,
  type ContentBlock,
  type Disposable,
  disposable,
  type Message,
  type MessageEvent,
  type ModelEvent,
  type NoteEvent,
  type OpenOptions,
  type PermissionAnswer,
  type PermissionMode,
  Permissions,
  type ResultEvent,
  type Session,
  type SessionEnd,
  type SessionEventBody,
  type SessionEventValue,
  type Surface,
  SystemPrompt,
  type ToolOffer,
  type UserEvent,
  type UserInput,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { abortSource } from './abort-source.ts';
import { Conversation } from './conversation.ts';
import { Query } from './query.ts';
import { Questions } from './questions.ts';
import { Tally } from './usage.ts';
import { type LoopWorld, messageOf } from './world.ts';

/** Messages that may wait while another is being answered. */
const QUEUE_LIMIT = 100;
/** Milliseconds that an interrupt waits for the prompt to end. */
const INTERRUPT_LIMIT = 15_000;
/** Milliseconds that the end of a session waits for the readers of its events. */
const CLOSE_LIMIT = 2_000;

const MODES: readonly PermissionMode[] = ['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'];

/** What a session starts from. */
export interface SessionStartState {
  readonly id: string;
  readonly options: OpenOptions;
  readonly model: string;
  readonly permissionMode: PermissionMode;
  readonly transcriptPath?: string;
  readonly messages?: readonly Message[];
  readonly totalCostUsd?: number;
}

interface Waiting {
  readonly input: UserInput;
  resolve(result: ResultEvent): void;
  reject(error: Error): void;
}

/** The state of one session, its events, and the ways to steer it. */
export class LoopSession implements Session {
  readonly id: string;
  readonly root: string;
  declare readonly transcriptPath?: string;
  declare promptId?: string;
  cwd: string;
  permissionMode: PermissionMode;
  model: string;
  status: Session['status'] = 'idle';

  readonly world: LoopWorld;
  readonly options: OpenOptions;
  readonly conversation: Conversation;
  readonly tally: Tally;
  readonly surfaces = new Set<Surface>();
  readonly questions: Questions;
  /** Context that goes before the next prompt. */
  readonly opening: string[] = [];
  /** The tools of the last prompt's requests. */
  offers: readonly ToolOffer[] = [];
  /** Model requests so far. */
  turnCount = 0;

  private readonly memory = new Map<string, unknown>();
  private readonly systems = new Map<string, readonly string[]>();
  private readonly closing = abortSource();
  private readonly observers = new Set<Promise<unknown>>();
  private readonly waiting: Waiting[] = [];
  private readonly onClosed: () => void;
  private query: Query | undefined;
  private running: Promise<unknown> | undefined;
  private closed: Promise<void> | undefined;
  private greeted = false;
  private readonly deltaIds = randomUuid().slice(0, 24);
  private seq = 0;
  private full: Promise<unknown> | undefined;

  constructor(world: LoopWorld, start: SessionStartState, onClosed: () => void) {
    const { options } = start;
    this.world = world;
    this.options = options;
    this.onClosed = onClosed;
    this.id = start.id;
    this.root = options.cwd;
    this.cwd = options.cwd;
    this.model = start.model;
    this.permissionMode = start.permissionMode;
    if (start.transcriptPath !== undefined) this.transcriptPath = start.transcriptPath;
    this.conversation = new Conversation(start.messages);
    this.tally = new Tally(start.totalCostUsd);
    this.questions = new Questions(this);
  }

  get signal(): AbortSignal {
    return this.query?.signal ?? this.closing.signal;
  }

  state<T>(key: string, make: () => T): T {
    if (!this.memory.has(key)) this.memory.set(key, make());
    return this.memory.get(key) as T;
  }

  // --------------------------------------------------------------- steering

  send(input: UserInput): Promise<ResultEvent> {
    if (this.closed !== undefined) return Promise.reject(new Error(`the session ${this.id} is closed`));
    if (this.waiting.length >= QUEUE_LIMIT) {
      return Promise.reject(new Error(`${QUEUE_LIMIT} messages wait already; wait for an answer, or interrupt`));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      this.running ??= this.work();
    });
  }

  async interrupt(): Promise<void> {
    const { query } = this;
    if (query === undefined) return;
    query.interrupt();
    try {
      await bounded(query.ended, INTERRUPT_LIMIT);
    } catch (error) {
      throw new Error(`the prompt did not end within ${INTERRUPT_LIMIT / 1000} s of its interrupt`, { cause: error });
    }
  }

  async setModel(model: string | undefined): Promise<void> {
    const to = model ?? this.options.model ?? (await this.world.models.defaultModel());
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
    this.permissionMode = mode;
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

  inform(level: 'info' | 'warning' | 'error', content: string): void {
    this.emit({ type: 'informational', level, content });
  }

  note(event: NoteEvent): void {
    this.emit(event);
  }

  close(reason: SessionEnd['reason']): Promise<void> {
    this.closed ??= this.end(reason);
    return this.closed;
  }

  private async end(reason: SessionEnd['reason']): Promise<void> {
    const { api } = this.world;
    for (const { reject } of this.waiting.splice(0)) reject(new Error(`the session ${this.id} was closed`));
    try {
      await this.interrupt();
    } catch (error) {
      api.log.error(`the prompt of session ${this.id} did not end when it was interrupted: ${messageOf(error)}`);
    }
    await this.settled();
    await this.room(AbortSignal.timeout(CLOSE_LIMIT));
    await api.hooks.SessionEnd.fire({ session: this, reason });
    this.closing.abort();
    this.onClosed();
  }

  private async work(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      this.query = new Query(this, next.input);
      try {
        const result = await this.query.run();
        this.query = undefined;
        if (this.waiting.length === 0) this.setStatus('idle');
        next.resolve(result);
      } catch (error) {
        this.query = undefined;
        this.setStatus('idle');
        next.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.running = undefined;
  }

  // ----------------------------------------------------------------- events

  /** Adds an event to the session. */
  emit(body: SessionEventBody, uuid: string = randomUuid()): { readonly uuid: string } {
    const seq = ++this.seq;
    const { SessionEvent } = this.world.api.hooks;
    if (!SessionEvent.idle) {
      const base = { seq, uuid, sessionId: this.id, time: Date.now(), parentToolUseId: null };
      this.wait(SessionEvent.fire({ session: this, event: { ...body, ...base } }));
    }
    return { uuid };
  }

  /**
   * Adds one raw event of a model's stream: the same as `emit`, but cheap, because there are a hundred thousand of them.
   * @param time milliseconds since the epoch, read once for a batch
   */
  emitDelta(event: ModelEvent, time: number, ttftMs: number | undefined): Promise<void> | undefined {
    const seq = ++this.seq;
    // unique by its random part and the number; a random one each costs more than all the rest
    const uuid = this.deltaIds + seq.toString(16).padStart(12, '0');
    const given: SessionEventValue = {
      session: this,
      event: { type: 'stream_event', event, seq, uuid, sessionId: this.id, time, parentToolUseId: null },
    };
    if (ttftMs !== undefined) Object.assign(given.event, { ttftMs });
    return this.world.api.hooks.SessionEvent.fire(given);
  }

  /** Counts a raw event that nobody reads. */
  skipDelta(): void {
    this.seq++;
  }

  /** Remembers that a reader of the events is full. */
  wait(full: Promise<void> | undefined): void {
    if (full !== undefined) this.full = this.full === undefined ? full : Promise.all([this.full, full]);
  }

  /** Resolves when the readers of the events have room again, or `signal` aborts. */
  async room(signal: AbortSignal = this.signal): Promise<void> {
    while (this.full !== undefined && !signal.aborted) {
      const { full } = this;
      await bounded(full, 0, signal).catch(() => undefined); // aborted: whoever goes on looks at the signal
      if (this.full === full) this.full = undefined;
    }
  }

  setStatus(status: Session['status']): void {
    if (status === this.status) return;
    this.status = status;
    this.emit({ type: 'state', state: status });
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

  /** Does not wait for taps that only look on; `settled` does. */
  observe(fired: Promise<unknown>): void {
    const watched = fired
      .catch((error) => this.world.api.log.error(`a hook could not be fired: ${messageOf(error)}`))
      .finally(() => this.observers.delete(watched));
    this.observers.add(watched);
  }

  /** Resolves when taps that only look on are done. */
  async settled(): Promise<void> {
    await Promise.all(this.observers);
  }

  notify(kind: string, message: string): void {
    const { Notification } = this.world.api.hooks;
    if (!Notification.idle) this.observe(Notification.fire({ session: this, kind, message }));
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
    if (!PostModelSwitch.idle) this.observe(PostModelSwitch.fire({ session: this, from, to, reason }));
  }

  /** The system prompt, built once for each model. */
  async system(model: string): Promise<readonly string[]> {
    const built = this.systems.get(model) ?? (await this.buildSystem(model));
    this.systems.set(model, built);
    return built;
  }

  private async buildSystem(model: string): Promise<readonly string[]> {
    const { api } = this.world;
    const { systemPrompt: replace, appendSystemPrompt: append } = this.options;
    if (!api.has(SystemPrompt))
      return [replace, append].filter((text) => text !== undefined && text !== '') as string[];
    return (await api.use(SystemPrompt)).build(this, {
      model,
      ...(replace !== undefined && { replace }),
      ...(append !== undefined && { append }),
    });
  }

  /** Takes the texts that go before the next prompt: at the first one also those of the system prompt's owner. */
  async takeOpening(): Promise<readonly string[]> {
    const { api } = this.world;
    const texts: string[] = [];
    if (!this.greeted) {
      if (api.has(SystemPrompt)) texts.push(...(await (await api.use(SystemPrompt)).context(this)));
      this.greeted = true;
    }
    texts.push(...this.opening.splice(0));
    return texts;
  }
}

/**
 * The mode of a name; `manual` is another name of `default`.
 * @throws Error when it does not exist or is refused.
 */
export async function checkedMode(world: LoopWorld, name: PermissionMode | 'manual'): Promise<PermissionMode> {
  const mode = name === 'manual' ? 'default' : name;
  if (!MODES.includes(mode)) {
    throw new Error(`there is no permission mode ${JSON.stringify(name)}; there are: ${MODES.join(', ')}`);
  }
  const refused = await (await world.api.use(Permissions)).refuseMode(mode);
  if (refused !== undefined) throw new Error(`the permission mode ${mode} is refused: ${refused}`);
  return mode;
}
