import type { JsonObject } from 'tenon/plugin-api';

/** The JSON of what each turn sends once more: the messages before it, the tools, the system prompt. */
const texts = new WeakMap<object, string>();

/** JSON with U+FFFD for halves of surrogate pairs, which JSON.stringify escapes and the API refuses. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\\ud') ? json.replace(/(?<!\\)((?:\\\\)*)\\ud[0-9a-f]{3}/g, '$1\\ufffd') : json;
}

/**
 * The same of the body of a request. The text of a message is kept for the next turn, unless it holds a cache marker,
 * which goes on to another one; so is that of lists, which are the same objects in each turn.
 */
export function requestText(body: JsonObject): string {
  const { messages, ...rest } = body;
  const isUsual = Array.isArray(messages) && messages.every(isObject) && Object.keys(body).at(-1) === 'messages';
  if (!isUsual) return jsonText(body);
  const fields = Object.entries(rest).flatMap(([name, value]) => {
    return value === undefined
      ? []
      : `${JSON.stringify(name)}:${Array.isArray(value) ? textOf(value) : jsonText(value)}`;
  });
  return `{${fields.join(',')},"messages":[${messages.map(textOf).join(',')}]}`;
}

function textOf(message: object): string {
  const known = texts.get(message);
  if (known !== undefined) return known;
  const text = jsonText(message);
  if (!isMarked(message)) texts.set(message, text);
  return text;
}

function isMarked({ content }: { readonly content?: unknown }): boolean {
  const last: unknown = Array.isArray(content) ? content.at(-1) : undefined;
  return isObject(last) && 'cache_control' in last;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
