import type { JsonObject, ModelRequest } from 'tenon/plugin-api';

/** A part of a model's answer, or something that happens to it. */
export type ScriptPart =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'think'; readonly thinking: string }
  | { readonly type: 'call'; readonly name: string; readonly input: JsonObject; readonly id?: string }
  | { readonly type: 'fail'; readonly status: number; readonly message: string; readonly retry: boolean }
  | { readonly type: 'stall'; readonly ms: number };

/**
 * One answer of the scripted model: a part, or several parts of one answer, such as two calls at once
 * (`[callTool('Read', a), callTool('Read', b)]`).
 */
export type ScriptLine = ScriptPart | readonly ScriptPart[];

/** A line, or a function that makes it from the request. */
export type Script = readonly (ScriptLine | ((request: ModelRequest) => ScriptLine))[];

/** The model answers with text. */
export function say(text: string): ScriptPart {
  return { type: 'say', text };
}

/** The model thinks before the next part of its answer: `[think('hm'), say('yes')]`. */
export function think(thinking: string): ScriptPart {
  return { type: 'think', thinking };
}

/** The model calls a tool. `id` is the id of the call; default: one that the kit makes. */
export function callTool(name: string, input: JsonObject = {}, id?: string): ScriptPart {
  return { type: 'call', name, input, ...(id === undefined ? {} : { id }) };
}

/**
 * The request fails with an HTTP status. 408, 409, 429 and 5xx are tried again, with the next line of the script as the
 * next attempt; others, the last line, and `{ retry: false }` end the prompt.
 */
export function fail(
  status: number,
  message = `scripted failure ${status}`,
  options: { retry?: boolean } = {},
): ScriptPart {
  const retry = options.retry ?? (status === 408 || status === 409 || status === 429 || status >= 500);
  return { type: 'fail', status, message, retry };
}

/**
 * The model says nothing for `ms` milliseconds: between the parts of an answer, or, as a line of its own, before the
 * next line. An interrupt ends it.
 */
export function stall(ms: number): ScriptPart {
  return { type: 'stall', ms };
}

/** The names of the tools that a line calls. */
export function callsOf(line: ScriptLine): readonly string[] {
  return partsOf(line).flatMap((part) => (part.type === 'call' ? [part.name] : []));
}

export function partsOf(line: ScriptLine): readonly ScriptPart[] {
  return Array.isArray(line) ? line : [line as ScriptPart];
}

/** One line for a message: `callTool("Read")`. */
export function describeLine(line: Script[number]): string {
  if (typeof line === 'function') return 'a function';
  const texts = partsOf(line).map(describePart);
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}

function describePart(part: ScriptPart): string {
  switch (part.type) {
    case 'say':
      return `say(${JSON.stringify(part.text.slice(0, 60))})`;
    case 'think':
      return `think(${JSON.stringify(part.thinking.slice(0, 60))})`;
    case 'call':
      return `callTool(${JSON.stringify(part.name)})`;
    case 'fail':
      return `fail(${part.status})`;
    case 'stall':
      return `stall(${part.ms})`;
  }
}
