import { ModelError, type ModelEvent, type Usage } from 'tenon/plugin-api';

/** One message of the stream, as far as it is read. Servers leave out what they do not know. */
interface Chunk {
  readonly id?: string;
  readonly model?: string;
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string | null;
      /** What some servers give of what the model thinks. */
      readonly reasoning_content?: string | null;
      readonly tool_calls?: readonly {
        readonly index?: number;
        readonly id?: string;
        readonly function?: { readonly name?: string; readonly arguments?: string };
      }[];
    };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
  readonly error?: { readonly message?: string };
}

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
};

/** Makes the events of an answer from the text of the stream, piece by piece. */
export class AnswerReader {
  readonly #model: string;
  #rest = '';
  #started = false;
  #blocks = 0;
  /** The block that is open, and what it holds: `text`, `thinking`, or the number of a call. */
  #open: string | undefined;
  #called = false;
  #stopReason: string | undefined;
  #usage: Usage = { input_tokens: 0, output_tokens: 0 };

  constructor(model: string) {
    this.#model = model;
  }

  /** @throws ModelError when the stream holds an error, or is no stream of events */
  read(piece: string): ModelEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/);
    this.#rest = lines.pop()!;
    return lines.flatMap((line) => this.#line(line));
  }

  /** The last events. @throws ModelError when the answer has no end */
  end(): ModelEvent[] {
    const last = this.#rest === '' ? [] : this.read('\n');
    if (this.#stopReason === undefined) {
      throw new ModelError('server_error', 'The answer ended before it was complete.', { retryable: true });
    }
    const stop = this.#called && this.#stopReason === 'end_turn' ? 'tool_use' : this.#stopReason;
    return [
      ...last,
      ...this.#close(),
      { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: this.#usage },
      { type: 'message_stop' },
    ];
  }

  #line(line: string): ModelEvent[] {
    if (!line.startsWith('data:')) return [];
    const data = line.slice('data:'.length).trim();
    if (data === '' || data === '[DONE]') return [];
    let chunk: Chunk;
    try {
      chunk = JSON.parse(data) as Chunk;
    } catch (cause) {
      throw new ModelError('server_error', `The endpoint sent something that is no JSON: ${data.slice(0, 80)}`, {
        cause,
      });
    }
    if (chunk.error !== undefined) throw new ModelError('server_error', chunk.error.message ?? 'The endpoint failed.');
    return this.#chunk(chunk);
  }

  #chunk({ id, choices, usage }: Chunk): ModelEvent[] {
    const events: ModelEvent[] = [];
    if (usage) this.#usage = { input_tokens: usage.prompt_tokens ?? 0, output_tokens: usage.completion_tokens ?? 0 };
    if (!this.#started) {
      this.#started = true;
      const usage = { input_tokens: 0, output_tokens: 0 };
      const empty = { content: [], stop_reason: null, stop_sequence: null, usage };
      const message = { id: id ?? 'chat', type: 'message', role: 'assistant', model: this.#model, ...empty } as const;
      events.push({ type: 'message_start', message });
    }
    const { delta, finish_reason: finished } = choices?.[0] ?? {};
    if (delta?.reasoning_content) {
      events.push(...this.#in('thinking', { type: 'thinking', thinking: '', signature: '' }));
      events.push(this.#delta({ type: 'thinking_delta', thinking: delta.reasoning_content }));
    }
    if (delta?.content) {
      events.push(
        ...this.#in('text', { type: 'text', text: '' }),
        this.#delta({ type: 'text_delta', text: delta.content }),
      );
    }
    for (const call of delta?.tool_calls ?? []) {
      this.#called = true;
      const number = String(call.index ?? 0);
      const id = call.id ?? `call_${this.#blocks}`;
      events.push(...this.#in(number, { type: 'tool_use', id, name: call.function?.name ?? '', input: {} }));
      if (call.function?.arguments) {
        events.push(this.#delta({ type: 'input_json_delta', partial_json: call.function.arguments }));
      }
    }
    if (finished) this.#stopReason = STOP_REASONS[finished] ?? finished;
    return events;
  }

  /** Opens a block, unless the one of this kind is open. */
  #in(kind: string, block: { readonly type: string; readonly [field: string]: unknown }): ModelEvent[] {
    if (this.#open === kind) return [];
    const closed = this.#close();
    this.#open = kind;
    return [...closed, { type: 'content_block_start', index: this.#blocks, content_block: block }];
  }

  #delta(delta: Extract<ModelEvent, { type: 'content_block_delta' }>['delta']): ModelEvent {
    return { type: 'content_block_delta', index: this.#blocks, delta };
  }

  #close(): ModelEvent[] {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    return [{ type: 'content_block_stop', index: this.#blocks++ }];
  }
}
