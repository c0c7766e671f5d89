import type { ContentBlock, Message } from 'tenon/plugin-api';

/**
 * The messages of a session as a model gets them. It only grows: what was sent once is sent again with the same bytes,
 * so that providers can cache it. Neighbours of one role are one message, because not every provider takes two.
 */
export class Conversation {
  private readonly list: Message[] = [];

  constructor(messages: readonly Message[] = []) {
    for (const message of messages) this.add(message);
  }

  add(message: Message): void {
    const blocks = sendable(message.content);
    if (blocks.length === 0) return;
    const last = this.list.at(-1);
    if (last?.role !== message.role) this.list.push({ role: message.role, content: blocks });
    else this.list[this.list.length - 1] = { role: last.role, content: [...blocksOf(last.content), ...blocks] };
  }

  clear(): void {
    this.list.length = 0;
  }

  /** A copy of the list. */
  messages(): readonly Message[] {
    return [...this.list];
  }

  /** True when a user message has exactly this text as a block. */
  has(text: string): boolean {
    return this.list.some(
      ({ role, content }) =>
        role === 'user' && blocksOf(content).some((block) => block.type === 'text' && block.text === text),
    );
  }
}

/** Content as blocks. */
export function blocksOf(content: string | readonly ContentBlock[]): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** Providers refuse text blocks without text. */
function sendable(content: string | readonly ContentBlock[]): readonly ContentBlock[] {
  return blocksOf(content).filter((block) => block.type !== 'text' || block.text.trim() !== '');
}
