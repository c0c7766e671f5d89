import type { ContentBlock, JsonObject, UserInput } from 'tenon/plugin-api';

/** What a line of stream-json input asks for. */
export type InputMessage =
  | { readonly kind: 'user'; readonly input: UserInput }
  /** For the control protocol, or from it. */
  | { readonly kind: 'control'; readonly frame: JsonObject }
  | { readonly kind: 'ignored' }
  /** A type that this version does not know. */
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'malformed'; readonly problem: string };

const control = new Set(['control_request', 'control_response', 'control_cancel_request']);

/** Reads one line of stream-json input. */
export function inputMessage(line: string): InputMessage {
  if (line.trim() === '') return { kind: 'ignored' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { kind: 'malformed', problem: `not JSON (${(error as Error).message})` };
  }
  if (!isFields(value) || typeof value.type !== 'string') {
    return { kind: 'malformed', problem: 'expected an object with a "type", such as {"type":"user","message":{…}}' };
  }
  if (value.type === 'user') return userMessage(value);
  if (control.has(value.type)) return { kind: 'control', frame: value };
  return value.type === 'keep_alive' ? { kind: 'ignored' } : { kind: 'unknown', type: value.type };
}

function userMessage({ message, uuid, shouldQuery, priority, client_composed }: Fields): InputMessage {
  if (!isFields(message) || message.role !== 'user') {
    return { kind: 'malformed', problem: 'a user message needs "message": {"role":"user","content":…}' };
  }
  const { content } = message;
  if (typeof content === 'string' ? content.trim() === '' : !(isBlocks(content) && content.length > 0)) {
    return { kind: 'malformed', problem: '"message.content" needs to be a text or a list of blocks, and not empty' };
  }
  return {
    kind: 'user',
    input: {
      content: content as string | readonly ContentBlock[],
      source: 'sdk',
      ...(typeof uuid === 'string' && uuid !== '' ? { uuid } : {}),
      ...(shouldQuery === false ? { shouldQuery } : {}),
      ...(client_composed === true ? { expand: false } : {}),
      ...(priority === 'now' || priority === 'next' || priority === 'later' ? { priority } : {}),
    },
  };
}

type Fields = { readonly [field: string]: unknown };
function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isBlocks(value: unknown): value is readonly ContentBlock[] {
  return Array.isArray(value) && value.every((block) => isFields(block) && typeof block.type === 'string');
}
