import type { AssistantMessage, ContentBlock, SessionEvent, SessionEventBody, UserEvent } from 'tenon/plugin-api';

/** Session events with predictable ids, as a loop would emit them. */
export class Events {
  readonly sessionId: string;
  #seq = 0;
  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  uuid(number: number): string {
    return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  }

  make<T extends SessionEventBody>(body: T, agentId?: string): SessionEvent & T {
    const seq = ++this.#seq;
    return {
      ...body,
      seq,
      uuid: this.uuid(seq * 256),
      sessionId: this.sessionId,
      time: Date.UTC(2026, 0, 2, 3, 4, seq),
      parentToolUseId: agentId === undefined ? null : 'toolu_agent',
      ...(agentId === undefined ? {} : { agentId }),
    } as SessionEvent & T;
  }

  prompt(text: string, more: Partial<UserEvent> = {}): SessionEvent {
    return this.make({
      type: 'user',
      message: { role: 'user', content: text },
      source: 'user',
      promptId: 'prompt-1',
      permissionMode: 'default',
      ...more,
    });
  }

  answer(id: string, content: readonly ContentBlock[], more: Partial<AssistantMessage> = {}): SessionEvent {
    const event = this.make({
      type: 'message',
      message: {
        id,
        type: 'message',
        role: 'assistant',
        model: 'model-1',
        content,
        stop_reason: content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 10, output_tokens: 20 },
        ...more,
      },
      requestId: `req_${id}`,
      blocks: [] as readonly string[],
    });
    const seq = event.seq;
    return { ...event, blocks: content.map((_, index) => this.uuid(seq * 256 + 1 + index)) };
  }

  toolResult(callId: string, text: string, output?: unknown): SessionEvent {
    return this.make({
      type: 'user',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: callId, content: text }] },
      source: 'tool',
      promptId: 'prompt-1',
      decisions: [{ id: callId, decision: 'allow', source: 'rule' }],
      ...(output === undefined ? {} : { toolUseResult: output }),
    });
  }
}

export const text = (value: string): ContentBlock => ({ type: 'text', text: value });
export const call = (id: string, name = 'Read', input: unknown = { file_path: '/a' }): ContentBlock => ({
  type: 'tool_use',
  id,
  name,
  input,
});
