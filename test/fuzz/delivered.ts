interface Event {
  readonly type: string;
  readonly index?: number;
  readonly content_block?: { readonly type: string; readonly [field: string]: unknown };
  readonly delta?: {
    readonly type?: string;
    readonly text?: string;
    readonly thinking?: string;
    readonly partial_json?: string;
    readonly signature?: string;
    readonly stop_reason?: string;
  };
}

/** What a reader must have got out of the first bytes of a well-formed answer. */
export interface Delivered {
  /** Blocks that were complete, and the text of one that was not. */
  readonly blocks: readonly { readonly type: string; readonly [field: string]: unknown }[];
  /** The answer was whole. */
  readonly whole: boolean;
}

/** Reads bytes of an event stream the simple way: all of them at once, events that have their blank line only. */
export function delivered(body: Buffer, ends: boolean): Delivered {
  const text = body.toString('utf8').replace(/\r\n?/g, '\n');
  const events = text
    .split('\n\n')
    .slice(0, -1)
    .map((one) => JSON.parse(/^data: (.*)$/m.exec(one)?.[1] ?? '{"type":"none"}') as Event);
  const open = new Map<number, { start: NonNullable<Event['content_block']>; text: string; signature: string }>();
  const blocks: Delivered['blocks'][number][] = [];
  let stopReason = false;
  let stopped = false;
  for (const { type, index = 0, content_block: start, delta } of events) {
    if (type === 'content_block_start') open.set(index, { start: start!, text: '', signature: '' });
    const block = open.get(index);
    if (type === 'content_block_delta' && block) {
      block.text += delta?.text ?? delta?.thinking ?? delta?.partial_json ?? '';
      block.signature += delta?.signature ?? '';
    }
    if (type === 'content_block_stop' && block) {
      blocks.push(closed(block));
      open.delete(index);
    }
    if (type === 'message_delta' && delta?.stop_reason) stopReason = true;
    if (type === 'message_stop') stopped = true;
  }
  for (const block of open.values()) {
    if (block.start.type === 'text' && block.text.trim() !== '') blocks.push(closed(block));
  }
  return { blocks, whole: stopped || (stopReason && ends) };
}

function closed({
  start,
  text,
  signature,
}: {
  start: NonNullable<Event['content_block']>;
  text: string;
  signature: string;
}) {
  if (start.type === 'text') return { type: 'text', text };
  if (start.type === 'thinking') return { type: 'thinking', thinking: text, signature };
  return { ...start, input: JSON.parse(text) };
}
