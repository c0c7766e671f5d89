import type {
  AssistantMessage,
  CompactEvent,
  ContentBlock,
  JsonObject,
  MessageEvent,
  ResultEvent,
  SessionEvent,
  SessionEventBase,
  UserEvent,
} from 'tenon/plugin-api';

/** What a line needs to know besides its event. */
export interface TranscriptPlace {
  readonly sessionId: string;
  readonly cwd: string;
  readonly version: string;
  readonly entrypoint: string;
  readonly gitBranch?: string | undefined;
  /** The uuid of the line before; `null` at the start. */
  readonly parentUuid: string | null;
  /** The subagent whose transcript it is. */
  readonly agentId?: string | undefined;
  /** The lines of the last answer's calls, by the id of the call. */
  readonly calls: ReadonlyMap<string, string>;
}

/**
 * The transcript lines of a session event, in the format that other readers of session files know: conversation lines
 * form a chain by `parentUuid`, an answer is one line for each block, all with its id and final usage. A field without
 * a value is left out and never `null` (usage reports drop lines with nulls), except `parentUuid` of the first line.
 * @returns nothing for events that are not kept
 */
export function transcriptLines(event: SessionEvent, place: TranscriptPlace): readonly JsonObject[] {
  switch (event.type) {
    case 'message':
      return answerLines(event, place);
    case 'user':
      return [userLine(event, place)];
    case 'compact':
      return compactLines(event, place);
    case 'informational':
      return [
        line(event, place, place.parentUuid, event.uuid, {
          type: 'system',
          subtype: 'informational',
          content: event.content,
          level: event.level,
          isMeta: false,
        }),
      ];
    case 'command_output':
      return [
        line(event, place, place.parentUuid, event.uuid, {
          type: 'system',
          subtype: 'local_command',
          content: `<command-name>/${event.command}</command-name>\n<local-command-stdout>${event.content}</local-command-stdout>`,
          level: 'info',
          isMeta: false,
        }),
      ];
    case 'setting':
      return settingLines(event, place.sessionId);
    case 'result':
      return resultLines(event, place.sessionId);
    default:
      return [];
  }
}

function line(
  event: SessionEventBase,
  place: TranscriptPlace,
  parentUuid: string | null,
  uuid: string,
  fields: JsonObject,
): JsonObject {
  return {
    parentUuid,
    isSidechain: place.agentId !== undefined,
    agentId: place.agentId,
    userType: 'external',
    cwd: place.cwd,
    sessionId: place.sessionId,
    version: place.version,
    gitBranch: place.gitBranch,
    entrypoint: place.entrypoint,
    ...fields,
    uuid,
    timestamp: new Date(event.time).toISOString(),
  };
}

function answerLines(event: MessageEvent & SessionEventBase, place: TranscriptPlace): JsonObject[] {
  const message = { ...event.message, usage: withoutNulls(event.message.usage) };
  let parent = place.parentUuid;
  // an answer without blocks is a line too: its usage counts
  const blocks: readonly (ContentBlock | undefined)[] = message.content.length > 0 ? message.content : [undefined];
  return blocks.map((block, index, { length }) => {
    const uuid = event.blocks[index] ?? (length === 1 ? event.uuid : blockUuid(event.uuid, index));
    const made = line(event, place, parent, uuid, {
      type: 'assistant',
      message: { ...message, content: block === undefined ? [] : [block] },
      requestId: event.requestId,
      isApiErrorMessage: event.error === undefined ? undefined : true,
      error: event.error,
    });
    parent = uuid;
    return made;
  });
}

function userLine(event: UserEvent & SessionEventBase, place: TranscriptPlace): JsonObject {
  const { content } = event.message;
  const answered = typeof content === 'string' ? undefined : content.find((block) => block.type === 'tool_result');
  return line(event, place, place.parentUuid, event.uuid, {
    type: 'user',
    message: event.message,
    isMeta: event.isMeta === true ? true : undefined,
    promptId: event.promptId,
    permissionMode: event.permissionMode,
    promptSource: event.source === 'tool' || event.isMeta === true ? undefined : event.source,
    toolUseResult: event.toolUseResult ?? undefined,
    sourceToolAssistantUUID: answered && place.calls.get(answered.tool_use_id),
  });
}

/** The boundary starts a new chain, so that a reader that walks up from the end stops there. */
function compactLines(event: CompactEvent & SessionEventBase, place: TranscriptPlace): JsonObject[] {
  const boundary = line(event, place, null, event.uuid, {
    logicalParentUuid: place.parentUuid ?? undefined,
    type: 'system',
    subtype: 'compact_boundary',
    content: 'Conversation compacted',
    level: 'info',
    isMeta: false,
    compactMetadata: { trigger: event.trigger, preTokens: event.preTokens },
  });
  let parent = event.uuid;
  const kept = event.messages.map(({ role, content }, index) => {
    const uuid = blockUuid(event.uuid, index + 1);
    const made = line(event, place, parent, uuid, {
      type: role,
      message: { role, content },
      isCompactSummary: index === 0 && role === 'user' ? true : undefined,
    });
    parent = uuid;
    return made;
  });
  return [boundary, ...kept];
}

/** What the session has cost, and the call that a hook put off: whoever goes on with the session decides it. */
function resultLines({ totalCostUsd, modelUsage, deferredToolUse }: ResultEvent, sessionId: string): JsonObject[] {
  const lines: JsonObject[] = [];
  if (totalCostUsd !== 0) lines.push({ type: 'cost-state', totalCostUSD: totalCostUsd, modelUsage, sessionId });
  if (deferredToolUse !== undefined) lines.push({ type: 'deferred-tool-use', id: deferredToolUse.id, sessionId });
  return lines;
}

function settingLines(event: SessionEvent & { readonly type: 'setting' }, sessionId: string): JsonObject[] {
  const lines: JsonObject[] = [];
  if (event.permissionMode !== undefined) {
    lines.push({ type: 'permission-mode', permissionMode: event.permissionMode, sessionId });
  }
  if (event.title !== undefined) lines.push({ type: 'custom-title', customTitle: event.title, sessionId });
  if (event.model !== undefined) lines.push({ type: 'model', model: event.model, sessionId });
  return lines;
}

/** A uuid for a line that has none of its own: the event's, with the line's number added to its last digits. */
function blockUuid(uuid: string, index: number): string {
  const last = ((Number.parseInt(uuid.slice(-6), 16) || 0) + index) % 0x1000000;
  return uuid.slice(0, -6) + last.toString(16).padStart(6, '0');
}

function withoutNulls(usage: AssistantMessage['usage']): AssistantMessage['usage'] {
  if (!Object.values(usage).includes(null as never)) return usage;
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null)) as typeof usage;
}
