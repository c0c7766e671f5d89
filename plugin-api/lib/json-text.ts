/** A text that is not JSON: where it goes wrong, counted from 1, and what was expected there. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
  readonly line: number;
  readonly column: number;
  constructor(line: number, column: number, message: string) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** Brackets within each other. */
const DEEPEST = 1_000;
const TOO_DEEP = `expected at most ${DEEPEST} brackets within each other`;

/**
 * Reads JSON (RFC 8259); a byte order mark before it is skipped.
 * @throws JsonTextError with the place and what was expected there
 */
export function parseJson(text: string): unknown {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw locate(body) ?? new JsonTextError(1, 1, error instanceof Error ? error.message : String(error));
  }
  // the engine reads it, and whoever goes through it, or writes it, would run out of stack
  if (isDeep(body)) throw locate(body) ?? new JsonTextError(1, 1, TOO_DEEP);
  return value;
}

/** True for JSON with more than `DEEPEST` brackets within each other. */
function isDeep(json: string): boolean {
  if (json.length <= 2 * DEEPEST) return false;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x22) {
      for (at++; json.charCodeAt(at) !== 0x22; at++) if (json.charCodeAt(at) === 0x5c) at++;
    }
  }
  return false;
}

// the engine's own messages name no place for short texts and differ between versions
function locate(text: string): JsonTextError | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.value(0);
    scanner.blanks();
    if (scanner.at < text.length) scanner.fail('expected the end of the text');
  } catch (error) {
    if (error instanceof JsonTextError) return error;
    throw error;
  }
  return undefined;
}

class Scanner {
  at = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  fail(expected: string, at = this.at): never {
    const before = this.text.slice(0, at).split(/\r\n|\n|\r/);
    throw new JsonTextError(before.length, before.at(-1)!.length + 1, `${expected}, got ${this.found(at)}`);
  }

  blanks(): void {
    while (this.at < this.text.length && ' \t\n\r'.includes(this.text[this.at]!)) this.at++;
    const two = this.text.slice(this.at, this.at + 2);
    if (two === '//' || two === '/*') this.fail('comments are not allowed here');
  }

  value(depth: number): void {
    if (depth > DEEPEST) this.fail(TOO_DEEP);
    this.blanks();
    const character = this.text[this.at];
    if (character === '{') this.members(depth);
    else if (character === '[') this.items(depth);
    else if (character === '"') this.string();
    else {
      const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
      word.lastIndex = this.at;
      const found = word.exec(this.text);
      if (found === null || /[\w.]/.test(this.text[this.at + found[0].length] ?? '')) {
        this.fail(character === "'" ? 'expected a value (text takes double quotes)' : 'expected a value');
      }
      this.at += found[0].length;
    }
  }

  private members(depth: number): void {
    this.at++;
    this.blanks();
    if (this.text[this.at] === '}') return void this.at++;
    for (;;) {
      this.blanks();
      if (this.text[this.at] !== '"') this.fail('expected a key in double quotes');
      this.string();
      this.blanks();
      if (this.text[this.at] !== ':') this.fail('expected ":" after the key');
      this.at++;
      this.value(depth + 1);
      this.blanks();
      const next = this.text[this.at];
      if (next === '}') return void this.at++;
      if (next !== ',') this.fail('expected "," or "}"');
      this.comma('}');
    }
  }

  private items(depth: number): void {
    this.at++;
    this.blanks();
    if (this.text[this.at] === ']') return void this.at++;
    for (;;) {
      this.value(depth + 1);
      this.blanks();
      const next = this.text[this.at];
      if (next === ']') return void this.at++;
      if (next !== ',') this.fail('expected "," or "]"');
      this.comma(']');
    }
  }

  private comma(end: string): void {
    const comma = this.at;
    this.at++;
    this.blanks();
    if (this.text[this.at] === end) this.fail(`expected no "," before "${end}"`, comma);
  }

  private string(): void {
    const start = this.at;
    this.at++;
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]!;
      if (character === '"') return void this.at++;
      if (character < ' ') {
        if (character === '\n' || character === '\r') this.fail('expected the closing quote of the text on this line');
        this.fail('expected an escape such as \\t or \\u0007 for a control character');
      }
      if (character !== '\\') continue;
      const sequence = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
      sequence.lastIndex = this.at;
      const found = sequence.exec(this.text);
      if (found === null) this.fail('expected one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX');
      this.at += found[0].length - 1;
    }
    this.fail('expected the closing quote of the text that begins here', start);
  }

  private found(at: number): string {
    const character = this.text[at];
    if (character === undefined) return 'the end of the text';
    if (character === '\n' || character === '\r') return 'the end of the line';
    const word = /[\w.+-]{1,20}/y;
    word.lastIndex = at;
    const shown = word.exec(this.text)?.[0] ?? String.fromCodePoint(this.text.codePointAt(at)!);
    return shown < ' ' ? `the character U+${shown.charCodeAt(0).toString(16).padStart(4, '0')}` : JSON.stringify(shown);
  }
}
