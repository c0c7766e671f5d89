import {
  type Entry,
  type ExtensionApi,
  Extensions,
  type Handler,
  type HookHandler,
  HookHandlers,
  type Session,
  type SessionRef,
  type Skill,
} from 'tenon/plugin-api';

const TYPES: readonly unknown[] = ['command', 'http', 'mcp_tool', 'prompt', 'agent'];

/**
 * Has the hook handlers of a skill hold until the end of the session; the first run of the skill counts. They come as an
 * extension of their own, whose manifest names their events, so that nobody listens to others for them.
 */
export async function registerHooks(api: ExtensionApi, session: Session, skill: Skill): Promise<void> {
  let root: SessionRef = session;
  while (root.parent !== undefined) root = root.parent;
  const known = registered(root);
  if (known.has(skill.name)) return;
  const handlers = handlersOf(api, root, skill);
  if (handlers.length === 0) return;
  if (!api.has(Extensions)) {
    session.inform('warning', `the hooks of the skill ${skill.name} do not count: nobody can add them`);
    return;
  }
  const id = `skill-hooks:${skill.name}:${root.id}`;
  known.set(skill.name, id);
  await (await api.use(Extensions)).add([entryOf(id, handlers)]);
}

/** Takes the handlers of a session's skills away, once those of its end have run. */
export function releaseHooks(api: ExtensionApi, session: SessionRef): void {
  const ids = [...registered(session).values()];
  if (ids.length === 0) return;
  const release = async () => {
    const extensions = await api.use(Extensions);
    for (const id of ids) await extensions.release(id);
  };
  session.signal.addEventListener(
    'abort',
    () => void release().catch((error: Error) => api.log.warn(`hooks of skills stay: ${error.message}`)),
    { once: true },
  );
}

/** The extensions of a session's skills, by the names of the skills. */
function registered(session: SessionRef): Map<string, string> {
  return session.state('skills.hooks', () => new Map<string, string>());
}

function entryOf(id: string, handlers: readonly HookHandler[]): Entry {
  const manifest = {
    id,
    version: '0.1.0',
    api: 1,
    contributes: { 'hook-handlers': handlers.map(({ name, event }) => ({ name, event })) },
  } as const;
  const setup = (api: ExtensionApi) => {
    for (const handler of handlers) api.add(HookHandlers, handler);
  };
  return { manifest, origin: { kind: 'bundled' }, load: async () => ({ manifest, setup }) };
}

/** `{ Event: [{ matcher, hooks: [handler] }] }` as handlers. What makes no sense is left out, and said. */
function handlersOf(api: ExtensionApi, session: SessionRef, skill: Skill): readonly HookHandler[] {
  const origin = { ...skill.origin, kind: 'skill' } as const;
  const where = `skill ${skill.name}${skill.origin.file === undefined ? '' : ` (${skill.origin.file})`}: hooks`;
  return Object.entries(skill.hooks ?? {}).flatMap(([event, groups]) => {
    if (!Array.isArray(groups)) {
      api.log.warn(`${where}.${event} must be a list of { matcher, hooks }; it does not count`);
      return [];
    }
    return groups.flatMap((group: unknown, outer) => {
      const { matcher, hooks } = Object(group) as { readonly matcher?: unknown; readonly hooks?: unknown };
      if (!Array.isArray(hooks)) {
        api.log.warn(`${where}.${event}[${outer}] needs a list "hooks"; it does not count`);
        return [];
      }
      return hooks.flatMap((handler: unknown, inner): HookHandler[] => {
        if (!TYPES.includes((Object(handler) as { readonly type?: unknown }).type)) {
          api.log.warn(
            `${where}.${event}[${outer}].hooks[${inner}] needs a type of ${TYPES.join(', ')}; it does not count`,
          );
          return [];
        }
        return [
          {
            name: `skill:${skill.name}:${session.id}:${event}:${outer}:${inner}`,
            event,
            handler: handler as Handler,
            origin,
            session,
            ...(typeof matcher === 'string' && { matcher }),
          },
        ];
      });
    });
  });
}
