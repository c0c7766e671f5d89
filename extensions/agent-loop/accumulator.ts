import type { AssistantMessage, ContentBlock, ModelDelta, ModelEvent, StopReason } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

/** Characters of a broken tool input that are shown to the model. */
const EXCERPT = 200;

interface Open {
  readonly start: { readonly type: string; readonly [field: string]: unknown };
  text: string;
  signature: string;
  citations: unknown[] | undefined;
  closed: ContentBlock | undefined;
}

/**
 * Puts the events of one answer together. Streams of providers may be broken: it takes what comes, and leaves it to
 * the reader to look at `complete` and `invalid`.
 */
export class Accumulator {
  /** Tool calls whose input cannot be used, by id, with what is wrong with it. */
  readonly invalid = new Map<string, string>();
  /** Tool calls that came without any input, by id. */
  readonly bare = new Set<string>();
  private readonly open = new Map<number, Open>();
  private readonly callIds = new Set<string>();
  private base: AssistantMessage;
  private stopReason: StopReason | null = null;
  private stopSequence: string | null = null;
  private stopped = false;

  /** @param model names the message when the stream does not */
  constructor(model: string) {
    this.base = {
      id: `msg_${randomUuid().replaceAll('-', '')}`,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0 },
    };
  }

  /** Takes one event. Gives the block that it completes. */
  add(event: ModelEvent): ContentBlock | undefined {
    switch (event.type) {
      case 'content_block_delta':
        if (event.delta) this.delta(event.index, event.delta);
        return undefined;
      case 'content_block_start':
        if (event.content_block) this.open.set(event.index, opened(event.content_block));
        return undefined;
      case 'content_block_stop': {
        const open = this.open.get(event.index);
        return open === undefined || open.closed !== undefined ? undefined : this.close(open);
      }
      case 'message_start':
        if (event.message) {
          const { id, model, usage } = this.base;
          this.base = { ...event.message, id: event.message.id ?? id, model: event.message.model || model };
          if (!event.message.usage) this.base = { ...this.base, usage };
        }
        return undefined;
      case 'message_delta':
        if (event.delta) {
          this.stopReason = event.delta.stop_reason ?? this.stopReason;
          this.stopSequence = event.delta.stop_sequence ?? this.stopSequence;
        }
        if (event.usage) this.base = { ...this.base, usage: { ...this.base.usage, ...present(event.usage) } };
        return undefined;
      case 'message_stop':
        this.stopped = true;
        return undefined;
      default:
        return undefined;
    }
  }

  /** The stream came to its end, rather than being cut off. */
  get complete(): boolean {
    return this.stopped || this.stopReason !== null;
  }

  /** Closes the blocks that the stream left open, and gives them. */
  closeAll(): readonly ContentBlock[] {
    return [...this.open.values()].flatMap((open) => (open.closed === undefined ? [this.close(open)] : []));
  }

  /**
   * Keeps of an answer that was cut off what a later request may contain: closed blocks and text. Gives the text blocks
   * that were open.
   */
  cutOff(): readonly ContentBlock[] {
    const given: ContentBlock[] = [];
    for (const [index, open] of [...this.open]) {
      if (open.closed !== undefined) continue;
      if (open.start.type === 'text' && open.text.trim() !== '') given.push(this.close(open));
      else this.open.delete(index);
    }
    // an answer may not end in a thought
    for (const [index, { closed }] of [...this.open].sort(([a], [b]) => b - a)) {
      if (closed?.type !== 'thinking' && closed?.type !== 'redacted_thinking') break;
      this.open.delete(index);
    }
    return given;
  }

  /** The message with the blocks that are closed. */
  message(): AssistantMessage {
    const content = [...this.open].sort(([a], [b]) => a - b).flatMap(([, { closed }]) => (closed ? [closed] : []));
    return { ...this.base, content, stop_reason: this.stopReason, stop_sequence: this.stopSequence };
  }

  /** The message as far as it is known, with one of its blocks. */
  withBlock(block: ContentBlock): AssistantMessage {
    return { ...this.base, content: [block], stop_reason: null, stop_sequence: null };
  }

  private delta(index: number, delta: ModelDelta): void {
    let open = this.open.get(index);
    if (open === undefined || open.closed !== undefined) {
      // text without a start is still text; of other blocks too much is missing
      if (delta.type !== 'text_delta' || open !== undefined) return;
      open = opened({ type: 'text' });
      this.open.set(index, open);
    }
    switch (delta.type) {
      case 'text_delta':
        open.text += delta.text ?? '';
        return;
      case 'input_json_delta':
        open.text += delta.partial_json ?? '';
        return;
      case 'thinking_delta':
        open.text += delta.thinking ?? '';
        return;
      case 'signature_delta':
        open.signature += delta.signature ?? '';
        return;
      case 'citations_delta':
        open.citations ??= [];
        open.citations.push(delta.citation);
    }
  }

  private close(open: Open): ContentBlock {
    const { start, text } = open;
    let block: ContentBlock;
    switch (start.type) {
      case 'text':
        block = { ...start, type: 'text', text, ...(open.citations && { citations: open.citations }) };
        break;
      case 'thinking':
        block = { ...start, type: 'thinking', thinking: text, signature: open.signature };
        break;
      case 'tool_use':
        block = this.toolUse(start, text);
        break;
      default:
        block = { ...start, ...(text !== '' && { input: parsed(text) ?? {} }) } as ContentBlock;
    }
    open.closed = block;
    return block;
  }

  private toolUse(start: Open['start'], json: string): ContentBlock {
    let id = typeof start.id === 'string' && start.id !== '' ? start.id : '';
    if (id === '' || this.callIds.has(id)) id = `toolu_${randomUuid().replaceAll('-', '')}`;
    this.callIds.add(id);
    if (json === '') this.bare.add(id);
    const given = json === '' ? (start.input ?? {}) : parsed(json);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      const excerpt = json.length > EXCERPT ? `${json.slice(0, EXCERPT)}…` : json;
      this.invalid.set(id, `the input is not a JSON object: ${excerpt}`);
      return { ...start, type: 'tool_use', id, name: String(start.name ?? ''), input: {} };
    }
    return { ...start, type: 'tool_use', id, name: String(start.name ?? ''), input: given };
  }
}

function opened(start: Open['start']): Open {
  return {
    start,
    text: asText(start.text) + asText(start.thinking),
    signature: asText(start.signature),
    citations: Array.isArray(start.citations) ? [...start.citations] : undefined,
    closed: undefined,
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // the caller treats it as an input that is no object
  }
}

function present<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Partial<T>;
}
