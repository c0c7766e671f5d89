import type { JsonObject } from '../schema.ts';
import type {
  HookRunEvent,
  InitEvent,
  ResultEvent,
  SessionEvent,
  SessionEventBase,
  TaskNotificationEvent,
  TaskProgressEvent,
  TaskStartedEvent,
  TaskUpdatedEvent,
  TaskUsage,
  UserEvent,
} from '../session-event.ts';
import { jsonLine } from './json-line.ts';

/** Which messages the reader wants. */
export interface StreamJsonOptions {
  /** The program's version, for the `init` message. */
  readonly version: string;
  /** `stream_event` messages. */
  readonly partial?: boolean;
  /** The prompts, echoed with `isReplay`. */
  readonly replay?: boolean;
  /** `session_state_changed` messages. */
  readonly states?: boolean;
  /** `hook_started`, `hook_progress` and `hook_response` messages. */
  readonly hooks?: boolean;
  /** What subagents say and are told; without it callers see their tool calls and results. */
  readonly agentText?: boolean;
  /** What the other end may rely on, for the `init` message. */
  readonly capabilities?: readonly string[];
}

/**
 * The stream-json message of a session event: what headless callers and SDKs read. Fields whose value is `undefined`
 * are left out when it is written as JSON. Answers show as their `assistant` blocks; the whole `message` is used only
 * where there were none.
 * @returns `undefined` for events that callers do not see
 */
export function toStreamJson(event: SessionEvent, options: StreamJsonOptions): JsonObject | undefined {
  if (event.agentId !== undefined && isOwnToAgent(event, options.agentText === true)) return undefined;
  switch (event.type) {
    case 'stream_event':
      if (options.partial !== true) return undefined;
      return {
        type: 'stream_event',
        event: event.event,
        session_id: event.sessionId,
        parent_tool_use_id: event.parentToolUseId,
        uuid: event.uuid,
        ttft_ms: event.ttftMs,
      };
    case 'init':
      return initMessage(event, options);
    case 'message':
      if (event.blocks.length > 0) return undefined;
      return assistantMessage(event);
    case 'assistant':
      return assistantMessage(event);
    case 'user':
      return userMessage(event, options.replay === true);
    case 'result':
      return resultMessage(event);
    case 'state':
      return options.states === true ? system(event, 'session_state_changed', { state: event.state }) : undefined;
    case 'hook':
      // as documented, these two are shown unasked
      return options.hooks === true || event.hookEvent === 'SessionStart' || event.hookEvent === 'Setup'
        ? hookMessage(event)
        : undefined;
    case 'permission_denied':
      return system(event, 'permission_denied', {
        tool_name: event.toolName,
        tool_use_id: event.toolUseId,
        agent_id: event.agentId,
        message: event.reason,
      });
    case 'api_retry':
      return system(event, 'api_retry', {
        attempt: event.attempt,
        max_retries: event.maxRetries,
        retry_delay_ms: event.retryDelayMs,
        error_status: event.errorStatus,
        error: event.error,
      });
    case 'informational':
      return system(event, 'informational', { content: event.content, level: event.level });
    case 'command_output':
      return system(event, 'local_command_output', { content: event.content });
    case 'compact':
      return system(event, 'compact_boundary', {
        compact_metadata: { trigger: event.trigger, pre_tokens: event.preTokens },
      });
    case 'setting':
      if (event.permissionMode === undefined) return undefined;
      return system(event, 'status', { status: null, permissionMode: event.permissionMode });
    case 'task_started':
    case 'task_progress':
    case 'task_updated':
    case 'task_notification':
      return taskMessage(event);
    case 'tasks_changed':
      return system(event, 'background_tasks_changed', {
        tasks: event.tasks.map(({ taskId, taskType, description, agentType }) => ({
          task_id: taskId,
          task_type: taskType,
          description,
          subagent_type: agentType,
        })),
      });
    case 'tool_progress':
      return {
        type: 'tool_progress',
        tool_use_id: event.toolUseId,
        tool_name: event.toolName,
        parent_tool_use_id: event.parentToolUseId,
        elapsed_time_seconds: Math.round(event.elapsedMs / 100) / 10,
        session_id: event.sessionId,
        uuid: event.uuid,
      };
    case 'question':
    case 'question_closed':
      return undefined;
  }
}

/** True for what callers would take for an event of the session itself, and for text that they did not ask for. */
function isOwnToAgent(event: SessionEvent, text: boolean): boolean {
  switch (event.type) {
    case 'init':
    case 'result':
    case 'state':
    case 'setting':
      return true;
    case 'stream_event':
      return !text;
    case 'assistant':
    case 'message':
      return !text && !event.message.content.some(({ type }) => type === 'tool_use');
    case 'user':
      return !text && event.source !== 'tool';
    default:
      return false;
  }
}

/** The same as a line of text with its line end. */
export function streamJsonLine(event: SessionEvent, options: StreamJsonOptions): string | undefined {
  const message = toStreamJson(event, options);
  return message === undefined ? undefined : jsonLine(message);
}

function system(event: SessionEventBase, subtype: string, fields: JsonObject): JsonObject {
  return { type: 'system', subtype, ...fields, session_id: event.sessionId, uuid: event.uuid };
}

function initMessage(event: InitEvent & SessionEventBase, { version, capabilities }: StreamJsonOptions): JsonObject {
  return {
    type: 'system',
    subtype: 'init',
    cwd: event.cwd,
    session_id: event.sessionId,
    // the name that readers of this message know the tool by
    tools: event.tools.map((name) => (name === 'Agent' ? 'Task' : name)),
    mcp_servers: [],
    model: event.model,
    permissionMode: event.permissionMode,
    slash_commands: [],
    apiKeySource: event.apiKeySource,
    claude_code_version: version,
    output_style: 'default',
    skills: [],
    plugins: [],
    capabilities,
    ...event.extra,
    uuid: event.uuid,
  };
}

function assistantMessage(event: SessionEvent & { readonly type: 'assistant' | 'message' }): JsonObject {
  return {
    type: 'assistant',
    message: event.message,
    parent_tool_use_id: event.parentToolUseId,
    session_id: event.sessionId,
    uuid: event.uuid,
    error: event.error,
    request_id: event.requestId,
    agent_id: event.agentId,
    subagent_type: event.agentType,
    task_description: event.taskDescription,
    timestamp: new Date(event.time).toISOString(),
    aborted: event.type === 'message' ? event.aborted : undefined,
  };
}

/** Tool results always, prompts when they are to be echoed, reminders never: the caller knows or need not know them. */
function userMessage(event: UserEvent & SessionEventBase, replay: boolean): JsonObject | undefined {
  const result = event.source === 'tool';
  if (!result && (event.isMeta === true || (event.source !== 'system' && !replay))) return undefined;
  return {
    type: 'user',
    message: event.message,
    parent_tool_use_id: event.parentToolUseId,
    session_id: event.sessionId,
    uuid: event.uuid,
    agent_id: event.agentId,
    subagent_type: event.agentType,
    task_description: event.taskDescription,
    timestamp: new Date(event.time).toISOString(),
    tool_use_result: event.toolUseResult,
    tool_result_meta: event.decisions?.map(({ id, decision, source }) => ({
      id,
      permission_decision: { decision, source },
    })),
    isSynthetic: event.source === 'system' ? true : undefined,
    isReplay: result || event.source === 'system' ? undefined : true,
  };
}

function resultMessage(event: ResultEvent & SessionEventBase): JsonObject {
  return {
    type: 'result',
    subtype: event.subtype,
    is_error: event.isError,
    duration_ms: event.durationMs,
    duration_api_ms: event.durationApiMs,
    num_turns: event.numTurns,
    ...(event.subtype === 'success' ? { result: event.result } : { errors: event.errors }),
    stop_reason: event.stopReason,
    session_id: event.sessionId,
    total_cost_usd: event.totalCostUsd,
    usage: event.usage,
    modelUsage: event.modelUsage,
    permission_denials: event.permissionDenials.map(({ toolName, toolUseId, toolInput }) => ({
      tool_name: toolName,
      tool_use_id: toolUseId,
      tool_input: toolInput,
    })),
    structured_output: event.structuredOutput,
    deferred_tool_use: event.deferredToolUse,
    terminal_reason: event.terminalReason,
    queued_turn_count: event.queuedTurns,
    api_error_status: event.apiErrorStatus,
    ttft_ms: event.ttftMs,
    uuid: event.uuid,
  };
}

function taskMessage(
  event: (TaskStartedEvent | TaskProgressEvent | TaskUpdatedEvent | TaskNotificationEvent) & SessionEventBase,
): JsonObject {
  const { taskId: task_id } = event;
  switch (event.type) {
    case 'task_started':
      return system(event, event.type, {
        task_id,
        tool_use_id: event.toolUseId,
        description: event.description,
        task_type: event.taskType,
        subagent_type: event.agentType,
        is_backgrounded: event.isBackgrounded,
        prompt: event.prompt,
      });
    case 'task_progress':
      return system(event, event.type, {
        task_id,
        tool_use_id: event.toolUseId,
        description: event.description,
        usage: event.usage && taskUsage(event.usage),
        last_tool_name: event.lastToolName,
        summary: event.summary,
      });
    case 'task_updated': {
      const { status, description, isBackgrounded } = event.patch;
      return system(event, event.type, { task_id, patch: { status, description, is_backgrounded: isBackgrounded } });
    }
    case 'task_notification':
      return system(event, event.type, {
        task_id,
        tool_use_id: event.toolUseId,
        status: event.status,
        output_file: event.outputFile,
        summary: event.summary,
        usage: event.usage && taskUsage(event.usage),
      });
  }
}

function taskUsage({ totalTokens, toolUses, durationMs }: TaskUsage): JsonObject {
  return { total_tokens: totalTokens, tool_uses: toolUses, duration_ms: durationMs };
}

function hookMessage(event: HookRunEvent & SessionEventBase): JsonObject {
  return system(event, `hook_${event.phase}`, {
    hook_id: event.hookId,
    hook_name: event.hookName,
    hook_event: event.hookEvent,
    ...(event.phase === 'started'
      ? {}
      : { stdout: event.stdout ?? '', stderr: event.stderr ?? '', output: event.output ?? '' }),
    exit_code: event.exitCode,
    outcome: event.outcome,
  });
}
