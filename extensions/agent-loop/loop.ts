import { isAbsolute } from 'node:path';
import {
  type ExtensionApi,
  type Loop,
  type OpenOptions,
  Permissions,
  type Session,
  Sessions,
  type StoredSession,
} from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import { sessionEnv } from 'tenon/plugin-api/lib/session-env';
import { askModel } from './ask.ts';
import { Boundary } from './boundary.ts';
import { ModelRouter } from './model-router.ts';
import { checkedMode, LoopSession } from './session.ts';
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
    const stored = options.resume === undefined ? undefined : await find(api, options.cwd, options.resume);
    const id = stored === undefined || options.fork === true ? (options.id ?? randomUuid()) : stored.id;
    if (sessions.has(id) || opening.has(id)) throw new Error(`the session ${id} is open already`);
    opening.add(id);
    try {
      return await begin(options, id, stored);
    } finally {
      opening.delete(id);
    }
  }

  async function begin(options: OpenOptions, id: string, stored: StoredSession | undefined): Promise<Session> {
    const chosen = options.permissionMode;
    const permissionMode =
      chosen === undefined ? await (await api.use(Permissions)).initialMode() : await checkedMode(world, chosen);
    const model = options.model ?? stored?.model ?? (await world.models.defaultModel());
    await world.models.provider(model);
    const fork = options.fork === true;
    let transcriptPath: string | undefined;
    if (options.persist !== false && api.has(Sessions)) {
      const kept = await api.use(Sessions);
      await kept.keep({ id, cwd: options.cwd }, stored === undefined ? undefined : { stored, fork });
      transcriptPath = kept.path(options.cwd, id);
    }
    const session = new LoopSession(
      world,
      {
        id,
        options,
        model,
        permissionMode,
        ...(transcriptPath !== undefined && { transcriptPath }),
        ...(stored !== undefined && { messages: stored.messages }),
        ...(stored?.totalCostUsd !== undefined && !fork && { totalCostUsd: stored.totalCostUsd }),
      },
      () => sessions.delete(id),
    );
    sessions.set(id, session);
    for (const surface of options.surfaces ?? []) session.attach(surface);
    const source = stored === undefined ? 'startup' : fork ? 'fork' : 'resume';
    const started = await api.hooks.SessionStart.fire({ session, source, context: [], env: {} });
    session.opening.push(...started.context.map(({ text }) => text));
    Object.assign(sessionEnv(session), started.env);
    if (options.title !== undefined) session.emit({ type: 'setting', title: options.title });
    return session;
  }

  return {
    open,
    get: (id) => sessions.get(id),
    sessions: () => [...sessions.values()],
    atBoundary: (change) => world.boundary.change(change),
    ask: (options) => askModel(world, options),
    async closeAll() {
      const closed = await Promise.allSettled([...sessions.values()].map((session) => session.close('other')));
      for (const one of closed) {
        if (one.status === 'rejected') api.log.error(`a session could not be closed: ${messageOf(one.reason)}`);
      }
    },
  };
}

/** The kept session to go on with. @throws Error when there is none. */
async function find(api: ExtensionApi, cwd: string, wanted: string): Promise<StoredSession> {
  if (!api.has(Sessions)) {
    throw new Error(
      'sessions are not kept here, so there is none to go on with; add an extension that provides sessions@1',
    );
  }
  const kept = await api.use(Sessions);
  const id = wanted === 'latest' ? (await kept.list(cwd, 1))[0]?.id : wanted;
  if (id === undefined) throw new Error(`there is no earlier session of the folder ${cwd}`);
  const stored = await kept.load(cwd, id);
  if (stored === undefined) throw new Error(`there is no session ${id} of the folder ${cwd}`);
  return stored;
}
