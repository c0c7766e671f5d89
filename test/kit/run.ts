import type { ContentBlock } from 'tenon/plugin-api';
import { type JsonObject, type ModelRequest, type ResultEvent, type SessionEvent, textOf } from 'tenon/plugin-api';

/** A tool call of a run. */
export interface RunCall {
  readonly id: string;
  readonly name: string;
  /** What the model asked for. */
  readonly input: JsonObject;
  /** What the tool ran with, after hooks and the user changed it; absent when it did not run. */
  readonly ranWith?: JsonObject;
  /** `none`: the call never came to a decision, because its tool or its input was wrong. */
  readonly verdict: 'allow' | 'deny' | 'none';
  /** What decided: `rule`, `mode`, `hook`, `user`, …; absent without a decision. */
  readonly decidedBy?: string;
  /** What the model read; `undefined` while there is no result. */
  readonly result: string | undefined;
  readonly isError: boolean;
}

/** A tool result in a request. */
export interface SeenToolResult {
  readonly id: string;
  readonly tool: string;
  readonly text: string;
  readonly isError: boolean;
}

/** What the model was sent. */
export interface SeenRequest extends ModelRequest {
  /** The results of all tool calls so far. */
  readonly toolResults: readonly SeenToolResult[];
  /** The text of the last user message, without tool results. */
  readonly prompt: string;
}

/** What came of one prompt. */
export interface Run {
  /** The final text. */
  readonly text: string;
  readonly result: ResultEvent;
  /** The session events of this prompt, in order. */
  readonly events: readonly SessionEvent[];
  /** The tool calls, in order; of one tool when `tool` is given. */
  calls(tool?: string): readonly RunCall[];
  /** What the model was sent for this prompt. */
  readonly requests: readonly SeenRequest[];
}

/** The run that events and requests describe. `ranWith` maps the ids of calls to their final inputs. */
export function runOf(
  result: ResultEvent,
  events: readonly SessionEvent[],
  requests: readonly ModelRequest[],
  ranWith: ReadonlyMap<string, JsonObject>,
): Run {
  const calls = callsIn(events, ranWith);
  return {
    text: result.result,
    result,
    events,
    calls: (tool) => calls.filter((call) => tool === undefined || call.name === tool),
    requests: requests.map(seenRequest),
  };
}

function callsIn(events: readonly SessionEvent[], ranWith: ReadonlyMap<string, JsonObject>): readonly RunCall[] {
  const results = new Map<string, { text: string; isError: boolean }>();
  const decisions = new Map<string, { decision: 'allow' | 'deny'; source: string }>();
  for (const event of events) {
    if (event.type !== 'user') continue;
    for (const { id, ...decided } of event.decisions ?? []) decisions.set(id, decided);
    for (const block of blocksOf(event.message.content)) {
      if (block.type !== 'tool_result') continue;
      results.set(block.tool_use_id, { text: textOf(block.content ?? ''), isError: block.is_error === true });
    }
  }
  return events.flatMap((event) => {
    if (event.type !== 'message') return [];
    return event.message.content.flatMap((block): RunCall[] => {
      if (block.type !== 'tool_use') return [];
      const decided = decisions.get(block.id);
      const final = ranWith.get(block.id);
      return [
        {
          id: block.id,
          name: block.name,
          input: block.input as JsonObject,
          ...(final === undefined ? {} : { ranWith: final }),
          verdict: decided?.decision ?? 'none',
          ...(decided === undefined ? {} : { decidedBy: decided.source }),
          result: results.get(block.id)?.text,
          isError: results.get(block.id)?.isError ?? false,
        },
      ];
    });
  });
}

/** A request as a test reads it. */
export function seenRequest(request: ModelRequest): SeenRequest {
  const tools = new Map<string, string>();
  const toolResults: SeenToolResult[] = [];
  let prompt = '';
  for (const message of request.messages) {
    const blocks = blocksOf(message.content);
    for (const block of blocks) {
      if (block.type === 'tool_use') tools.set(block.id, block.name);
      if (block.type !== 'tool_result') continue;
      toolResults.push({
        id: block.tool_use_id,
        tool: tools.get(block.tool_use_id) ?? '',
        text: textOf(block.content ?? ''),
        isError: block.is_error === true,
      });
    }
    if (message.role === 'user') prompt = textOf(blocks) || prompt;
  }
  return { ...request, toolResults, prompt };
}

function blocksOf(content: string | readonly ContentBlock[]): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
