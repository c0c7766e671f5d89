import type { JsonObject } from 'tenon/plugin-api';

/** The fields of a front matter, read leniently: a field that makes no sense counts as absent. */
export class Fields {
  readonly #values: JsonObject;

  constructor(values: JsonObject) {
    this.#values = values;
  }

  get(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** A text; numbers and booleans as they are written. */
  text(name: string): string | undefined {
    const value = this.get(name);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' ? undefined : text;
  }

  /** One of these words. */
  word<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.text(name)?.toLowerCase();
    return words.find((word) => word.toLowerCase() === text);
  }

  /** True and false, as people write them: yes and no, on and off, 1 and 0. */
  flag(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (['true', 'yes', 'on', '1'].includes(text)) return true;
    return ['false', 'no', 'off', '0'].includes(text) ? false : undefined;
  }

  /** A number above zero. */
  count(name: string): number | undefined {
    const value = Number(this.text(name));
    return Number.isInteger(value) && value > 0 ? value : undefined;
  }

  /** A list, or a text whose parts have commas or blanks between them; these do not count within brackets. */
  list(name: string): readonly string[] | undefined {
    return listOf(this.get(name));
  }

  object(name: string): JsonObject | undefined {
    const value = this.get(name);
    return isObject(value) ? value : undefined;
  }
}

/** See `Fields.list`. */
function listOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') {
    const parts = splitOutsideBrackets(value);
    return parts.length === 0 && value.trim() === '' ? undefined : parts;
  }
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((one: unknown) => {
    const text = typeof one === 'string' || typeof one === 'number' ? String(one).trim() : '';
    return text === '' ? [] : [text];
  });
}

function splitOutsideBrackets(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '(' || character === '{') depth++;
    else if ((character === ')' || character === '}') && depth > 0) depth--;
    if (depth === 0 && /[\s,]/.test(character)) {
      if (part !== '') parts.push(part);
      part = '';
    } else part += character;
  }
  return part === '' ? parts : [...parts, part];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leaves out what is `undefined`, so that the rest can be spread into a record. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** What a name of a point must not hold: a `*` would make it a pattern, a control character would steer a terminal. */
export function isUsableName(name: string): boolean {
  return name !== '' && name.length <= 200 && !/[*\u0000-\u001f\u007f-\u009f]/.test(name) && name.trim() === name;
}
