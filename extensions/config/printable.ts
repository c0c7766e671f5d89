import { isObject } from './dotted.ts';

/** JSON without a character that could steer the terminal. */
export function asJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, isObject(value) || Array.isArray(value) ? indent : undefined);
  return text.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped);
}

/** Text without a character that could steer the terminal. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
