import { isAbsolute } from 'node:path';
import {
  Config,
  type ExtensionApi,
  Host,
  type JsonSchema,
  type Loop,
  type OpenOptions,
  Permissions,
  Plugins,
  type Session,
  type SessionRef,
  Sessions,
  type StoredSession,
  Subagents,
  type Usage,
  UsageError,
} from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { schemaProblem } from 'tenon/plugin-api/lib/schema-problem';
import { sessionEnv } from 'tenon/plugin-api/lib/session-env';
import { askModel } from './ask.ts';
import { Boundary } from './boundary.ts';
import { readLimits } from './limits.ts';
import { ModelRouter } from './model-router.ts';
import { checkedMode } from './modes.ts';
import { requestSettings } from './request-settings.ts';
import { LoopSession } from './session.ts';
import { unknownTools } from './unknown-tools.ts';
import { type LoopWorld, messageOf } from './world.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The loop, and the end of all its sessions. */
export interface OwnLoop extends Loop {
  closeAll(): Promise<void>;
}

/** Makes the service. */
export function createLoop(api: ExtensionApi): OwnLoop {
  const world: LoopWorld = { api, models: new ModelRouter(api), boundary: new Boundary() };
  const sessions = new Map<string, LoopSession>();
  const opening = new Set<string>();

  async function open(options: OpenOptions): Promise<Session> {
    if (!isAbsolute(options.cwd)) {
      throw new Error(`cwd must be an absolute path, got ${JSON.stringify(options.cwd)}`);
    }
    if (options.id !== undefined && !UUID.test(options.id)) {
      throw new Error(`a session id must be a UUID, got ${JSON.stringify(options.id)}`);
    }
    checkOptions(options);
    // the environment is whole only with the settings
    if (api.has(Config)) await api.use(Config);
    const stored = options.resume === undefined ? undefined : await find(api, options, options.resume);
    const id = stored === undefined || options.fork === true ? (options.id ?? randomUuid()) : stored.id;
    if (sessions.has(id) || opening.has(id)) throw new Error(`the session ${id} is open already`);
    opening.add(id);
    try {
      if (options.parent === undefined) return await beginAs(options, id, stored);
      const parent = sessions.get(options.parent.id);
      if (parent === undefined) throw new Error(`the parent session ${options.parent.id} is not open`);
      return await beginBelow(options, id, parent);
    } finally {
      opening.delete(id);
    }
  }

  /** A session may be an agent itself, or have agents of its own; nothing is loaded for one that is not. */
  async function beginAs(options: OpenOptions, id: string, stored: StoredSession | undefined): Promise<Session> {
    const setting = api.has(Config) ? (await api.use(Config)).get('agent') : undefined;
    const chosen = options.mainAgent ?? (typeof setting === 'string' && setting !== '' ? setting : undefined);
    // what a plugin wants is no reason to fail where there are no agents
    const mainAgent = chosen ?? (api.has(Subagents) ? api.maybe(Plugins)?.defaultAgent : undefined);
    if (mainAgent === undefined && options.agents === undefined) return begin(options, id, stored);
    if (!api.has(Subagents)) {
      throw new UsageError('there are no agents here; leave --agent, --agents and the setting `agent` out');
    }
    const wanted = { ...options, ...(mainAgent !== undefined && { mainAgent }) };
    const prepared = await (await api.use(Subagents)).prepare(wanted);
    return begin(prepared.options, id, stored, (session) => prepared.opened(session));
  }

  /** What a session and the session of a subagent begin with alike. */
  async function common(options: OpenOptions, model: string, parent: LoopSession | undefined) {
    const env = api.has(Host) ? (await api.use(Host)).env : {};
    return {
      options,
      limits: parent?.limits ?? readLimits(env),
      requests: await requestSettings(api, env, options, parent?.requests, async () => {
        const provider = await world.models.provider(model);
        return world.models.info(provider, model).id;
      }),
    };
  }

  async function beginBelow(options: OpenOptions, id: string, parent: LoopSession): Promise<Session> {
    const chosen = options.permissionMode;
    const permissionMode = chosen === undefined ? undefined : await checkedMode(world, chosen);
    const model = options.model ?? parent.model;
    await world.models.provider(model);
    const start = await common(options, model, parent);
    if (parent.over) throw new Error(`the parent session ${parent.id} is closed`);
    const session = new LoopSession(
      world,
      {
        ...start,
        id,
        model,
        parent,
        ...(permissionMode !== undefined && { permissionMode }),
        ...(parent.transcriptPath !== undefined && { transcriptPath: parent.transcriptPath }),
        ...(options.messages !== undefined && { messages: options.messages }),
      },
      () => sessions.delete(id),
    );
    sessions.set(id, session);
    for (const surface of options.surfaces ?? []) session.attach(surface);
    return session;
  }

  async function begin(
    options: OpenOptions,
    id: string,
    stored: StoredSession | undefined,
    opened?: (session: Session) => Promise<void>,
  ): Promise<Session> {
    const chosen = options.permissionMode;
    const permissionMode =
      chosen === undefined ? await (await api.use(Permissions)).initialMode() : await checkedMode(world, chosen);
    const model = options.model ?? stored?.model ?? (await world.models.defaultModel());
    await world.models.provider(model);
    const start = await common(options, model, undefined);
    const unknown = options.tools && unknownTools(api, options.tools);
    if (unknown !== undefined) api.log.warn(unknown);
    const fork = options.fork === true;
    const messages = stored?.messages ?? options.messages;
    let transcriptPath: string | undefined;
    if (options.persist !== false && api.has(Sessions)) {
      const kept = await api.use(Sessions);
      await kept.keep({ id, cwd: options.cwd }, stored === undefined ? undefined : { stored, fork });
      transcriptPath = kept.path(options.cwd, id);
    }
    const session = new LoopSession(
      world,
      {
        ...start,
        id,
        model,
        permissionMode,
        ...(transcriptPath !== undefined && { transcriptPath }),
        ...(messages !== undefined && { messages }),
        ...(stored?.deferred !== undefined && { deferred: stored.deferred }),
        ...(stored?.totalCostUsd !== undefined && !fork && { totalCostUsd: stored.totalCostUsd }),
      },
      () => sessions.delete(id),
    );
    sessions.set(id, session);
    for (const surface of options.surfaces ?? []) session.attach(surface);
    await opened?.(session);
    const source = stored === undefined ? 'startup' : fork ? 'fork' : 'resume';
    const started = await api.hooks.SessionStart.fire({
      session,
      source,
      context: [],
      env: {},
      initialMessage: undefined,
    });
    session.texts.opening.push(...started.context.map(({ text }) => text));
    Object.assign(sessionEnv(session), started.env);
    if (options.title !== undefined) session.emit({ type: 'setting', title: options.title });
    if (started.initialMessage !== undefined) {
      const sent = session.send({ content: started.initialMessage, source: 'system' });
      sent.catch((error) => api.log.warn(`the initial message was not answered: ${messageOf(error)}`));
    }
    return session;
  }

  async function count(session: SessionRef, model: string, usage: Usage): Promise<void> {
    const open = sessions.get(session.id);
    if (open === undefined) return; // it has ended, and its result was given
    open.tally.add(model, usage, world.models.info(await world.models.provider(model), model));
  }

  const roots = () => [...sessions.values()].filter(({ parent }) => parent === undefined);

  return {
    open,
    get: (id) => sessions.get(id),
    sessions: () => roots(),
    async atBoundary(change, { from } = {}) {
      const asking = from && sessions.get(from.id);
      if (asking !== undefined && (asking.inTurn || asking.inTurnAbove)) {
        throw new Error(
          `session ${asking.id} is in a turn, which the change would wait for; do not wait for the change there, or make it after the turn`,
        );
      }
      return world.boundary.change(change);
    },
    async ask(options) {
      const { session } = options;
      const spent = async (model: string, usage: Usage) => {
        if (session !== undefined) await count(session, model, usage);
      };
      const { text, usage } = await askModel(world, options, spent);
      return { text, usage: { ...usage } };
    },
    count,
    async closeAll() {
      const closed = await Promise.allSettled(roots().map((session) => session.close('other')));
      for (const one of closed) {
        if (one.status === 'rejected') api.log.error(`a session could not be closed: ${messageOf(one.reason)}`);
      }
    },
  };
}

/** @throws Error for options that do not go together. */
function checkOptions(options: OpenOptions): void {
  const { parent, resume, messages, jsonSchema } = options;
  if (parent !== undefined && resume !== undefined) {
    throw new Error('the session of a subagent does not resume another; give it `messages` to start with');
  }
  if (resume !== undefined && messages !== undefined) {
    throw new Error('a session that resumes another has its messages; leave `messages` out');
  }
  const problem = jsonSchema && (schemaProblem(jsonSchema) ?? notAnObject(jsonSchema));
  if (problem !== undefined) throw new UsageError(`the schema of the structured output cannot be used: ${problem}`);
}

function notAnObject({ type }: JsonSchema): string | undefined {
  return type === 'object' ? undefined : `it must describe an object ("type": "object"), got ${JSON.stringify(type)}`;
}

/** The kept session to go on with. @throws Error when there is none. */
async function find(api: ExtensionApi, { cwd, resumeAt }: OpenOptions, wanted: string): Promise<StoredSession> {
  if (!api.has(Sessions)) {
    throw new Error(
      'sessions are not kept here, so there is none to go on with; add an extension that provides sessions@1',
    );
  }
  const kept = await api.use(Sessions);
  const id = wanted === 'latest' ? (await kept.list(cwd, 1))[0]?.id : wanted;
  if (id === undefined) throw new Error(`there is no earlier session of the folder ${cwd}`);
  const stored = await kept.load(cwd, id, resumeAt);
  if (stored === undefined) {
    throw new Error(`there is no session ${id} of the folder ${cwd}; --continue goes on with the latest one`);
  }
  return stored;
}
