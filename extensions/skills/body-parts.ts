/** A piece of the text of a skill. */
export type BodyPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `$ARGUMENTS`, or one argument of it: `$ARGUMENTS[1]`, `$1`. `source` stands there when there is no such argument. */
  | { readonly kind: 'argument'; readonly index?: number; readonly source: string }
  /** `$name`, by the list of names. */
  | { readonly kind: 'named'; readonly index: number }
  /** `${CLAUDE_SESSION_ID}` and the others, without `CLAUDE_`. */
  | { readonly kind: 'variable'; readonly name: BodyVariable }
  /** A command to run now; what it prints stands in its place. */
  | { readonly kind: 'command'; readonly parts: readonly BodyPart[] };
export type BodyVariable = 'SESSION_ID' | 'EFFORT' | 'SKILL_DIR' | 'PROJECT_DIR';

const ESCAPED = /\\\$(?:ARGUMENTS(?:\[\d+\])?|\d+|[A-Za-z_]\w*)/y;
const VARIABLE = /\$\{CLAUDE_(SESSION_ID|EFFORT|SKILL_DIR|PROJECT_DIR)\}/y;
const ARGUMENT = /\$(?:ARGUMENTS(?:\[(\d+)\]|(?!\w))|(\d+))/y;
const NAME = /\$([A-Za-z_][\w-]*)/y;
const INLINE = /!`([^`\n]+)`/y;
const BLOCK = /```![^\n]*\n/y;
/** Where something may begin that is not text. */
const START = /\\\$|\$|!`|```!/g;

/**
 * Takes the text of a skill apart, once: what takes the place of a piece is never looked at again, so that an argument
 * or the output of a command cannot bring in a command.
 * @param names the names of its arguments
 */
export function bodyParts(text: string, names: readonly string[] = [], commands = true): readonly BodyPart[] {
  const parts: BodyPart[] = [];
  let done = 0;
  const found = (from: number, to: number, part: BodyPart) => {
    if (from > done) parts.push({ kind: 'text', text: text.slice(done, from) });
    parts.push(part);
    done = to;
  };
  let unended = false;
  for (let at = next(text, 0); at >= 0; at = next(text, Math.max(at + 1, done))) {
    const escaped = match(ESCAPED, text, at);
    if (escaped !== undefined) {
      const literal = escaped[0].slice(1);
      if (isPlaceholder(literal, names)) found(at, at + escaped[0].length, { kind: 'text', text: literal });
      continue;
    }
    const variable = match(VARIABLE, text, at);
    if (variable !== undefined) {
      found(at, at + variable[0].length, { kind: 'variable', name: variable[1] as BodyVariable });
      continue;
    }
    const argument = match(ARGUMENT, text, at);
    if (argument !== undefined) {
      const [source, inBrackets, short] = argument;
      const index = inBrackets ?? short;
      found(at, at + source.length, {
        kind: 'argument',
        source,
        ...(index !== undefined && { index: Number(index) }),
      });
      continue;
    }
    const named = match(NAME, text, at);
    if (named !== undefined) {
      const name = longest(named[1]!, names);
      if (name !== undefined) found(at, at + 1 + name.length, { kind: 'named', index: names.indexOf(name) });
      continue;
    }
    if (!commands) continue;
    const inline = startsWord(text, at) ? match(INLINE, text, at) : undefined;
    if (inline !== undefined) {
      found(at, at + inline[0].length, { kind: 'command', parts: bodyParts(inline[1]!.trim(), names, false) });
      continue;
    }
    const block = startsLine(text, at) && !unended ? match(BLOCK, text, at) : undefined;
    if (block === undefined) continue;
    const from = at + block[0].length;
    const end = endOfBlock(text, from);
    // there is none for those after it either
    unended = end === undefined;
    if (end === undefined) continue;
    found(at, end.after, { kind: 'command', parts: bodyParts(text.slice(from, end.at), names, false) });
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) });
  return parts;
}

/** True when the text uses what it is given. */
export function usesArguments(parts: readonly BodyPart[]): boolean {
  return parts.some(
    (part) =>
      part.kind === 'argument' || part.kind === 'named' || (part.kind === 'command' && usesArguments(part.parts)),
  );
}

function next(text: string, from: number): number {
  START.lastIndex = from;
  return START.exec(text)?.index ?? -1;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function isPlaceholder(token: string, names: readonly string[]): boolean {
  return /^\$(?:ARGUMENTS(?:\[\d+\])?|\d+)$/.test(token) || names.includes(token.slice(1));
}

/** `$file.ts` names `file`, also where `f` is a name too. */
function longest(word: string, names: readonly string[]): string | undefined {
  return names
    .filter((name) => word === name || (word.startsWith(name) && !/^\w/.test(word.slice(name.length))))
    .sort((a, b) => b.length - a.length)[0];
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /\s/.test(text[at - 1]!);
}

function startsLine(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

function endOfBlock(text: string, from: number): { readonly at: number; readonly after: number } | undefined {
  for (let line = from; line <= text.length; ) {
    const end = text.indexOf('\n', line);
    const stop = end < 0 ? text.length : end;
    if (text.slice(line, stop).trim() === '```') return { at: Math.max(from, line - 1), after: stop };
    if (end < 0) return undefined;
    line = end + 1;
  }
  return undefined;
}
