import {
  type ControlClient,
  type ControlPeer,
  type Disposable,
  type ExtensionApi,
  Extensions,
  type JsonObject,
  type OpenOptions,
  type Session,
  Subagents,
  type Surface,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { callerExtension } from './caller-extension.ts';
import { type Fields, isFields } from './fields.ts';
import { callbackHandlers } from './hook-callbacks.ts';
import { type Initialization, readInitialization } from './initialization.ts';
import { Outgoing } from './outgoing.ts';
import { changesAnswers, handlerOf } from './requests.ts';
import { setupView } from './setup-view.ts';

/** Requests that may wait for the session to open, or be worked on at once. */
const LIMIT = 1_000;
/** Milliseconds that requests which are being answered may take at the end. */
const PATIENCE = 2_000;

/** A request that is being answered. */
interface Incoming {
  readonly id: string;
  readonly subtype: string;
  readonly request: Fields;
}

/** The client of one session: takes its frames, and asks it. */
export class Client implements ControlClient {
  readonly outgoing: Outgoing;
  session: Session | undefined;
  agentText = false;
  readonly #api: ExtensionApi;
  readonly #peer: ControlPeer;
  readonly #working = new Map<string, AbortController>();
  #early: Incoming[] = [];
  #surface: Surface | undefined;
  #tool: string | undefined;
  /** The `initialize` request whose wishes hold, or why it cannot be followed. */
  #initial: Initialization | Error | undefined;
  #prepared: Initialization | undefined;
  #brought: string | undefined;
  #agents: Disposable | undefined;
  #order: Promise<void> = Promise.resolve();
  #idle: () => void = () => {};
  #over = false;

  constructor(api: ExtensionApi, peer: ControlPeer) {
    this.#api = api;
    this.#peer = peer;
    this.outgoing = new Outgoing((frame) => peer.send?.(frame));
  }

  /** Says who is asked, and the tool that this is, which is then not offered to the model. */
  askWith(surface: Surface, tool?: string): void {
    this.#surface = surface;
    this.#tool = tool;
  }

  get busy(): boolean {
    return this.outgoing.size > 0;
  }

  receive(frame: JsonObject): Promise<void> | undefined {
    if (this.#over) return undefined;
    if (frame.type === 'control_response') {
      const problem = this.outgoing.answered(frame);
      if (problem !== undefined) this.#peer.warn(problem);
      return undefined;
    }
    const { request_id: id, request } = frame;
    if (frame.type === 'control_cancel_request') {
      if (typeof id !== 'string') this.#peer.warn('a control_cancel_request needs a "request_id"');
      else this.#working.get(id)?.abort();
      return undefined;
    }
    if (typeof id !== 'string' || id === '') {
      this.#peer.warn('a control_request needs a "request_id", so that it can be answered');
      return undefined;
    }
    if (!isFields(request) || typeof request.subtype !== 'string') {
      this.#fail(id, 'a control_request needs "request": {"subtype":…}');
      return undefined;
    }
    if (this.#early.length + this.#working.size >= LIMIT) {
      this.#fail(id, `${LIMIT} requests wait for their answer already`);
      return undefined;
    }
    const incoming = { id, subtype: request.subtype, request };
    if (incoming.subtype === 'initialize') this.#read(request);
    if (this.session !== undefined) return this.#take(incoming);
    this.#early.push(incoming);
    return undefined;
  }

  async prepare(options: OpenOptions): Promise<OpenOptions> {
    const wanted = this.#initial instanceof Error ? undefined : this.#initial;
    this.#prepared = wanted;
    if (wanted !== undefined) await this.#addHooks(wanted);
    const { systemPrompt, appendSystemPrompt, jsonSchema, title } = wanted ?? {};
    const surface = this.#surface;
    const tool = this.#tool;
    return {
      ...options,
      ...(systemPrompt !== undefined && { systemPrompt }),
      ...(appendSystemPrompt !== undefined && { appendSystemPrompt }),
      ...(jsonSchema !== undefined && { jsonSchema }),
      ...(title !== undefined && options.resume === undefined && { title }),
      ...(surface !== undefined && { surfaces: [...(options.surfaces ?? []), surface] }),
      ...(tool !== undefined && {
        offersTool: (name: string) => name !== tool && options.offersTool?.(name) !== false,
      }),
    };
  }

  opened(session: Session): Promise<void> | undefined {
    this.session = session;
    const early = this.#early;
    this.#early = [];
    let last: Promise<void> | undefined;
    for (const one of early) last = this.#take(one) ?? last;
    return last;
  }

  hangUp(): void {
    this.outgoing.end();
  }

  async dispose(): Promise<void> {
    if (this.#over) return;
    if (this.#working.size > 0) {
      const ended = new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      await bounded(ended, PATIENCE).catch(() => undefined); // those that take longer are told below
    }
    this.#over = true;
    const why = this.session === undefined ? 'the session could not be opened' : 'the session has ended';
    for (const { id } of this.#early) this.#fail(id, why);
    for (const [id, controller] of this.#working) {
      this.#fail(id, why);
      controller.abort();
    }
    this.#working.clear();
    this.outgoing.end();
    await this.#release();
  }

  #take(incoming: Incoming): Promise<void> | undefined {
    const work = () => this.#answer(incoming);
    if (!changesAnswers(incoming.subtype)) {
      void work();
      return undefined;
    }
    this.#order = this.#order.then(work);
    return this.#order;
  }

  #read(request: Fields): void {
    try {
      this.#initial = readInitialization(request);
      this.agentText = this.#initial.agentText;
    } catch (error) {
      this.#initial = error as Error;
    }
  }

  async #answer({ id, subtype, request }: Incoming): Promise<void> {
    const controller = new AbortController();
    this.#working.set(id, controller);
    try {
      const response =
        subtype === 'initialize' ? await this.#initialize() : await this.#handle(subtype, request, controller);
      this.#reply(id, { subtype: 'success', request_id: id, ...(response !== undefined && { response }) });
    } catch (error) {
      this.#fail(id, error instanceof Error ? error.message : String(error));
    } finally {
      this.#working.delete(id);
      if (this.#working.size === 0) this.#idle();
    }
  }

  async #handle(subtype: string, request: Fields, { signal }: AbortController): Promise<JsonObject | undefined> {
    const handler = handlerOf(subtype);
    if (handler === undefined)
      throw new Error(`control requests of the subtype ${JSON.stringify(subtype)} are not known`);
    return handler({ api: this.#api, session: this.session!, request, signal });
  }

  async #initialize(): Promise<JsonObject> {
    const initial = this.#initial;
    if (initial instanceof Error) throw new Error(`initialize: ${initial.message}`);
    if (initial !== undefined && initial !== this.#prepared) {
      this.#prepared = initial;
      await this.#addHooks(initial);
      const late = ['systemPrompt', 'appendSystemPrompt', 'jsonSchema'].filter((field) =>
        Object.hasOwn(initial, field),
      );
      if (late.length > 0)
        this.#peer.warn(`initialize: ${late.join(', ')} came after the session was open and do not count`);
    }
    if (initial !== undefined) await this.#addAgents(initial);
    return {
      ...(await setupView(this.#api, this.session!)),
      ...(initial?.hooks !== undefined && { hooks_applied: this.#api.has(Extensions) }),
    };
  }

  /** Adds the hooks of the client, in place of those that it had before. */
  async #addHooks({ hooks = [], passedOver }: Initialization): Promise<void> {
    if (passedOver.length > 0) this.#peer.warn(`initialize: not available yet: ${passedOver.join(', ')}`);
    await this.#release();
    if (hooks.length === 0 || !this.#api.has(Extensions)) return;
    const id = `caller-${randomUuid().slice(0, 8)}`;
    const handlers = callbackHandlers(hooks, id, this.outgoing, () => this.session);
    await (await this.#api.use(Extensions)).add([callerExtension(id, handlers)]);
    this.#brought = id;
  }

  /** The same for its agents. @throws Error when they make no sense */
  async #addAgents({ agents }: Initialization): Promise<void> {
    if (agents === undefined) return;
    if (!this.#api.has(Subagents)) {
      if (Object.keys(agents).length > 0)
        this.#peer.warn('initialize: agents do not count: this program has no subagents');
      return;
    }
    const subagents = await this.#api.use(Subagents);
    await this.#agents?.dispose();
    this.#agents = subagents.define(this.session!, agents);
  }

  async #release(): Promise<void> {
    const id = this.#brought;
    if (id === undefined) return;
    this.#brought = undefined;
    await (await this.#api.use(Extensions)).release(id);
  }

  #fail(id: string, error: string): void {
    this.#reply(id, { subtype: 'error', request_id: id, error });
  }

  #reply(id: string, response: JsonObject): void {
    if (this.#over && !this.#working.has(id) && !this.#early.some((one) => one.id === id)) return;
    this.#peer.send?.({ type: 'control_response', response });
  }
}
