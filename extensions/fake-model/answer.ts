import type { AssistantMessage, ContentBlock, ModelEvent } from 'tenon/plugin-api';
import type { Turn } from './script.ts';

const DEFAULT_CHUNK = 20;

/** The events of a turn, as a provider would stream them. `label` comes before its text. */
export function eventsOf(
  turn: Turn,
  message: Pick<AssistantMessage, 'id' | 'model'> & { readonly inputTokens: number; readonly label: string },
): ModelEvent[] {
  const chunk = turn.chunk ?? DEFAULT_CHUNK;
  const events: ModelEvent[] = [];
  let written = 0;
  const block = (
    start: ContentBlock,
    deltas: readonly Extract<ModelEvent, { type: 'content_block_delta' }>['delta'][],
  ) => {
    const index = events.filter((event) => event.type === 'content_block_start').length;
    events.push({ type: 'content_block_start', index, content_block: { ...start } });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  };

  if (turn.thinking !== undefined) {
    written += turn.thinking.length;
    block({ type: 'thinking', thinking: '', signature: '' }, [
      ...pieces(turn.thinking, chunk).map((thinking) => ({ type: 'thinking_delta', thinking }) as const),
      { type: 'signature_delta', signature: 'scripted' },
    ]);
  }
  if (turn.text !== undefined) {
    const text = message.label + turn.text;
    written += text.length;
    block(
      { type: 'text', text: '' },
      pieces(text, chunk).map((piece) => ({ type: 'text_delta', text: piece })),
    );
  }
  for (const call of turn.calls ?? []) {
    const json = JSON.stringify(call.input ?? {});
    written += json.length;
    block(
      { type: 'tool_use', id: call.id ?? `toolu_fake_${randomWord()}`, name: call.name, input: {} },
      pieces(json, chunk).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    );
  }

  const usage = { input_tokens: message.inputTokens, output_tokens: Math.ceil(written / 4), ...turn.usage };
  const stopReason = turn.stopReason ?? (turn.calls?.length ? 'tool_use' : 'end_turn');
  const start: AssistantMessage = {
    id: message.id,
    type: 'message',
    role: 'assistant',
    model: message.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  return [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...events,
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
}

/** A word that no other answer has, also after a restart. */
export function randomWord(): string {
  return Math.random().toString(36).slice(2, 12).padEnd(10, '0');
}

// By code points, so that no delta ends in half a character.
function pieces(text: string, chunk: number): string[] {
  const points = [...text];
  const parts: string[] = [];
  for (let at = 0; at < points.length; at += chunk) parts.push(points.slice(at, at + chunk).join(''));
  return parts;
}
