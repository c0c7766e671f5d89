import type { ExtensionApi, JsonObject, PermissionMode, Session } from 'tenon/plugin-api';
import { Host } from 'tenon/plugin-api';
import { type Fields, isFields, textField } from './fields.ts';

/** A request of the client, and what it is about. */
export interface Asked {
  readonly api: ExtensionApi;
  readonly session: Session;
  readonly request: Fields;
  /** Aborts when the client withdraws the request or is gone. */
  readonly signal: AbortSignal;
}

/** Answers a request. @throws Error that the client is told */
type Handler = (asked: Asked) => Promise<JsonObject | undefined>;

/** How the answers to later messages come about: they wait for these, and these for each other. */
const changing = new Set([
  'initialize',
  'set_model',
  'set_permission_mode',
  'set_max_thinking_tokens',
  'apply_flag_settings',
]);

export function changesAnswers(subtype: string): boolean {
  return changing.has(subtype);
}

/** Who answers requests of a subtype. */
export function handlerOf(subtype: string): Handler | undefined {
  return Object.hasOwn(handlers, subtype) ? handlers[subtype] : undefined;
}

const handlers: Readonly<Record<string, Handler>> = {
  async interrupt({ session, request }) {
    const cancelQueued = request.cancel_queued === true;
    const { queued, cancelled } = await session.interrupt({ cancelQueued });
    return { still_queued: queued, ...(cancelQueued && { cancelled }) };
  },

  async set_permission_mode({ session, request }) {
    await session.setPermissionMode(textField(request, 'mode') as PermissionMode);
    return { mode: session.permissionMode };
  },

  async set_model({ session, request: { model } }) {
    if (model !== undefined && model !== null && (typeof model !== 'string' || model === '')) {
      throw new Error(`model: expected the id of a model, got ${JSON.stringify(model)}`);
    }
    await session.setModel(typeof model !== 'string' || model === 'default' ? undefined : model);
    return { model: session.model };
  },

  async set_max_thinking_tokens({ session, request }) {
    const { max_thinking_tokens: tokens, thinking_display: display } = request;
    if (tokens === null) session.setThinking(undefined);
    else if (tokens !== undefined) session.setThinking(thinkingOf(tokens));
    if (display === null) session.setThinkingDisplay(undefined);
    else if (display !== undefined) session.setThinkingDisplay(textField(request, 'thinking_display'));
    return {};
  },

  async cancel_async_message({ session, request }) {
    return { cancelled: session.withdraw(textField(request, 'message_uuid')) };
  },

  async rename_session({ session, request }) {
    const { session_id: id } = request;
    if (typeof id === 'string' && id !== '' && id !== session.id) throw new Error(`the session is ${session.id} now`);
    session.setTitle(textField(request, 'title'));
    return {};
  },

  async list_models({ api, session }) {
    const { modelRows } = await import('./setup-view.ts');
    return { models: await modelRows(api, session) };
  },

  async get_binary_version({ api }) {
    return { version: (await api.use(Host)).distro.version };
  },

  async get_settings({ api }) {
    return (await import('./settings-requests.ts')).settingsView(api);
  },

  async apply_flag_settings({ api, session, request: { settings } }) {
    if (!isFields(settings)) throw new Error('settings: expected an object');
    return (await import('./settings-requests.ts')).applySettings(api, session, settings);
  },

  async get_context_usage({ api, session }) {
    return (await import('./context-usage.ts')).contextUsage(api, session);
  },

  async stop_task(asked) {
    return (await import('./task-requests.ts')).stopTask(asked);
  },

  async background_tasks(asked) {
    return (await import('./task-requests.ts')).backgroundTasks(asked);
  },

  async get_task_output(asked) {
    return (await import('./task-requests.ts')).taskOutput(asked);
  },

  async mcp_status() {
    return { mcpServers: [] };
  },

  async set_has_subscribers() {
    return {};
  },
};

function thinkingOf(tokens: unknown): 'disabled' | { readonly budgetTokens: number } {
  if (typeof tokens !== 'number' || !Number.isSafeInteger(tokens) || tokens < 0) {
    throw new Error(`max_thinking_tokens: expected a whole number from 0 on, got ${JSON.stringify(tokens)}`);
  }
  return tokens === 0 ? 'disabled' : { budgetTokens: tokens };
}
