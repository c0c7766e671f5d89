import type { AssistantMessage, ContentBlock, Message, Usage } from './message.ts';
import type { ModelEvent } from './points/models.ts';
import type { PermissionQuestion } from './points/surfaces.ts';
import type { JsonObject } from './schema.ts';
import type { PermissionMode } from './session.ts';

/**
 * What every session event carries. A session is one append-only list of them: print mode, transcripts and remote
 * clients are projections of this list.
 */
export interface SessionEventBase {
  /** Counts from 1 within a session; no gaps. */
  readonly seq: number;
  readonly uuid: string;
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The Agent call that this belongs to; `null` in the main thread. */
  readonly parentToolUseId: string | null;
  /** Set inside a subagent. */
  readonly agentId?: string;
  readonly agentType?: string;
  /** What the subagent is to do, in a few words. */
  readonly taskDescription?: string;
}

/** The session is ready for a prompt's first turn: what the model will be given. */
export interface InitEvent {
  readonly type: 'init';
  readonly cwd: string;
  readonly model: string;
  readonly permissionMode: PermissionMode;
  readonly tools: readonly string[];
  /** Where the provider's key comes from: `ANTHROPIC_API_KEY`, `none`, … */
  readonly apiKeySource: string;
  /** What other extensions add to the init message (`slash_commands`, `mcp_servers`, …). */
  readonly extra: JsonObject;
}

/** One raw event of the model's stream. Not kept. */
export interface StreamDeltaEvent {
  readonly type: 'stream_event';
  readonly event: ModelEvent;
  /** Milliseconds from the request to the first event; on the first event of a request only. */
  readonly ttftMs?: number;
}

/** One completed block of an answer that is still streaming. Not kept: `message` follows. */
export interface AssistantBlockEvent {
  readonly type: 'assistant';
  /** The message so far, with this block as its only content, `stop_reason` null and usage not final. */
  readonly message: AssistantMessage;
  readonly requestId?: string;
  readonly error?: ModelErrorKind;
}

/** A complete answer with final usage. Kept. */
export interface MessageEvent {
  readonly type: 'message';
  readonly message: AssistantMessage;
  readonly requestId?: string;
  /** Set when the answer is a stand-in for a failed request. */
  readonly error?: ModelErrorKind;
  /** The uuids that the `assistant` events of its blocks had, in order. */
  readonly blocks: readonly string[];
  /** The stream was cut by an interrupt. */
  readonly aborted?: boolean;
}

/** A message to the model: a prompt, tool results, or text that an extension added. Kept. */
export interface UserEvent {
  readonly type: 'user';
  readonly message: { readonly role: 'user'; readonly content: string | readonly ContentBlock[] };
  readonly source: 'user' | 'sdk' | 'system' | 'tool';
  readonly promptId?: string;
  readonly permissionMode?: PermissionMode;
  /** Not typed by a person: reminders and added context. */
  readonly isMeta?: boolean;
  /** The structured output of the call whose result this is. */
  readonly toolUseResult?: unknown;
  /** How each call in the message was decided. */
  readonly decisions?: readonly { readonly id: string; readonly decision: 'allow' | 'deny'; readonly source: string }[];
  /** The `message` event whose calls these results answer. */
  readonly answers?: string;
}

/** How a prompt ended. */
export interface ResultEvent {
  readonly type: 'result';
  readonly subtype: ResultSubtype;
  readonly isError: boolean;
  /** The final text; the error's text when the provider failed. */
  readonly result: string;
  readonly errors: readonly string[];
  readonly durationMs: number;
  readonly durationApiMs: number;
  readonly numTurns: number;
  readonly stopReason: string | null;
  readonly terminalReason: string;
  /** Cumulative, as are `modelUsage`'s figures; US dollars. */
  readonly totalCostUsd: number;
  readonly usage: Usage;
  readonly modelUsage: Readonly<Record<string, ModelUsage>>;
  readonly permissionDenials: readonly PermissionDenial[];
  /** Messages of users that wait for their answer; what was sent by the program itself does not count. */
  readonly queuedTurns?: number;
  readonly apiErrorStatus?: number;
  readonly structuredOutput?: unknown;
  readonly deferredToolUse?: { readonly id: string; readonly name: string; readonly input: unknown };
  readonly ttftMs?: number;
}
export type ResultSubtype =
  | 'success'
  | 'error_during_execution'
  | 'error_max_turns'
  | 'error_max_budget_usd'
  | 'error_max_structured_output_retries';

/** What one model took in a session. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadInputTokens: number;
  readonly cacheCreationInputTokens: number;
  readonly webSearchRequests: number;
  readonly costUSD: number;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
}

/** A call that was not allowed. */
export interface PermissionDenial {
  readonly toolName: string;
  readonly toolUseId: string;
  readonly toolInput: JsonObject;
}

/** What went wrong with a model request, in words that callers may compare. */
export type ModelErrorKind =
  | 'authentication_failed'
  | 'billing_error'
  | 'rate_limit'
  | 'overloaded'
  | 'invalid_request'
  | 'model_not_found'
  | 'server_error'
  | 'max_output_tokens'
  | 'unknown';

/** The session works, waits for an answer to a question, or waits for a prompt. */
export interface StateEvent {
  readonly type: 'state';
  readonly state: 'running' | 'requires_action' | 'idle';
}
/** A question to the user is open. Any surface may answer it through `session.answer(question.id, …)`. */
export interface QuestionEvent {
  readonly type: 'question';
  readonly question: PermissionQuestion;
}
/** A question was answered, withdrawn, or found nobody to answer it. */
export interface QuestionClosedEvent {
  readonly type: 'question_closed';
  readonly id: string;
}
export interface PermissionDeniedEvent {
  readonly type: 'permission_denied';
  readonly toolName: string;
  readonly toolUseId: string;
  readonly reason: string;
}
/** A request to the model failed and will be tried again. */
export interface RetryEvent {
  readonly type: 'api_retry';
  readonly attempt: number;
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly errorStatus: number | null;
  readonly error: ModelErrorKind;
}
export interface ToolProgressEvent {
  readonly type: 'tool_progress';
  readonly toolUseId: string;
  readonly toolName: string;
  readonly elapsedMs: number;
  readonly note: string;
}
/** A line for the user that is not part of the conversation. Kept. */
export interface InformationalEvent {
  readonly type: 'informational';
  readonly level: 'info' | 'warning' | 'error';
  readonly content: string;
  /** `hook`: a hook of the user's said it, and nothing else shows it. */
  readonly by?: 'hook';
}
/** What a slash command said to the user. Kept; the model does not get it. */
export interface CommandOutputEvent {
  readonly type: 'command_output';
  /** The name of the command, without the slash. */
  readonly command: string;
  readonly content: string;
}
/** Mode, model or working directory changed. Kept. */
export interface SettingEvent {
  readonly type: 'setting';
  readonly permissionMode?: PermissionMode;
  readonly model?: string;
  readonly cwd?: string;
  readonly title?: string;
}
/** The conversation before this point was replaced by a summary. Kept. */
export interface CompactEvent {
  readonly type: 'compact';
  readonly trigger: 'manual' | 'auto';
  readonly preTokens: number;
  readonly summary: string;
  /** What the model gets from here on. */
  readonly messages: readonly Message[];
}
/**
 * A run of a hook handler, shown to SDK callers as `hook_started`, `hook_progress` and `hook_response`. Whoever runs
 * handlers adds one `started`, any number of `progress` and one `response` for each run, all with the same `hookId`:
 * `(await api.use(Loop)).get(session.id)?.note({ type: 'hook', phase: 'started', … })`. That works from SessionStart on;
 * for a hook without a session nothing is added. Handlers that go on in the background end with `cancelled` when the
 * session ends first. Look at `api.hooks.SessionEvent` nowhere: a note that nobody reads costs nothing.
 */
export interface HookRunEvent {
  readonly type: 'hook';
  readonly phase: 'started' | 'progress' | 'response';
  /** A UUID of this run. */
  readonly hookId: string;
  /** The event and what it is about, as matchers see it: `PreToolUse:Bash`, `SessionStart:startup`, `Stop`. */
  readonly hookName: string;
  /** The event's name in the setup: `PreToolUse`. */
  readonly hookEvent: string;
  /** All that came so far, or at the end; of callbacks nothing. */
  readonly stdout?: string;
  readonly stderr?: string;
  /** What counts as its answer: of a command both streams, of others what they answered, as text. */
  readonly output?: string;
  /** Of a command that has ended. */
  readonly exitCode?: number;
  /** With `response`: it ended well or blocked (`success`), failed or was late (`error`), or was ended (`cancelled`). */
  readonly outcome?: 'success' | 'error' | 'cancelled';
}

/** Something began that may go on while the session does other things: a command, an agent, a monitor. */
export interface TaskStartedEvent {
  readonly type: 'task_started';
  readonly taskId: string;
  /** What kind it is, as SDK callers know it: `local_bash`, `local_agent`, `monitor`, … */
  readonly taskType: string;
  readonly description: string;
  /** The call that began it. */
  readonly toolUseId?: string;
  /** False while a call waits for it. */
  readonly isBackgrounded?: boolean;
  readonly agentType?: string;
  readonly prompt?: string;
}
/** What a task that is at work has done so far. */
export interface TaskProgressEvent {
  readonly type: 'task_progress';
  readonly taskId: string;
  readonly description: string;
  readonly toolUseId?: string;
  readonly usage?: TaskUsage;
  readonly lastToolName?: string;
  readonly summary?: string;
}
/** A task is in another state than before. */
export interface TaskUpdatedEvent {
  readonly type: 'task_updated';
  readonly taskId: string;
  readonly patch: {
    readonly status?: 'running' | 'completed' | 'failed' | 'killed';
    readonly isBackgrounded?: boolean;
    readonly description?: string;
  };
}
/** A task has ended. */
export interface TaskNotificationEvent {
  readonly type: 'task_notification';
  readonly taskId: string;
  readonly toolUseId?: string;
  readonly status: 'completed' | 'failed' | 'stopped';
  /** The file that holds what it put out, with a limit. */
  readonly outputFile: string;
  readonly summary: string;
  readonly usage?: TaskUsage;
}
/** Other tasks are at work than before. */
export interface TasksChangedEvent {
  readonly type: 'tasks_changed';
  /** All that are at work now. */
  readonly tasks: readonly {
    readonly taskId: string;
    readonly taskType: string;
    readonly description: string;
    readonly agentType?: string;
  }[];
}
/** What a task took so far. */
export interface TaskUsage {
  readonly totalTokens: number;
  readonly toolUses: number;
  readonly durationMs: number;
}

/** Events that an extension may add to a session; see `Session.note`. */
export type NoteEvent =
  | TaskStartedEvent
  | TaskProgressEvent
  | TaskUpdatedEvent
  | TaskNotificationEvent
  | TasksChangedEvent
  | HookRunEvent;

/** The part of an event that differs by type. */
export type SessionEventBody =
  | InitEvent
  | StreamDeltaEvent
  | AssistantBlockEvent
  | MessageEvent
  | UserEvent
  | ResultEvent
  | StateEvent
  | QuestionEvent
  | QuestionClosedEvent
  | PermissionDeniedEvent
  | RetryEvent
  | ToolProgressEvent
  | InformationalEvent
  | CommandOutputEvent
  | SettingEvent
  | CompactEvent
  | HookRunEvent
  | TaskStartedEvent
  | TaskProgressEvent
  | TaskUpdatedEvent
  | TaskNotificationEvent
  | TasksChangedEvent;

/** One entry of a session. */
export type SessionEvent = SessionEventBase & SessionEventBody;
