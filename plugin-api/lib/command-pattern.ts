import { fitsPattern } from './name-pattern.ts';

/** The specifier of a Bash rule. */
export interface CommandPattern {
  readonly text: string;
  /** Has no `*`, so it names one command. */
  readonly exact: boolean;
  /** The literal first word, when there is one. */
  readonly head: string | undefined;
  test(command: string): boolean;
}

/**
 * Reads a command pattern: an exact command; `prefix:*` or `prefix *`, which end at a word; `*` anywhere else for any
 * text.
 * @throws Error saying what is wrong
 */
export function commandPattern(text: string, ignoreCase = false): CommandPattern {
  const colon = text.indexOf(':*');
  if (colon >= 0 && colon !== text.length - 2) throw new Error(':* may only stand at the end');
  let body = text;
  let boundary = false;
  if (body.endsWith(':*')) {
    body = body.slice(0, -2).trimEnd();
    boundary = true;
  } else if (body.endsWith(' *')) {
    body = body.slice(0, -2).trimEnd();
    boundary = true;
  }
  if (body === '' || /^\*+$/.test(body)) return { text, exact: false, head: undefined, test: () => true };
  const fold = (given: string) => (ignoreCase ? given.toLowerCase() : given);
  // no regular expression: with many `*` it would take for ever on some commands
  const pattern = fold(body.replace(/\s+/g, ' '));
  const first = /^[^\s*]+(?=\s|$)/.exec(body)?.[0];
  return {
    text,
    exact: !boundary && !body.includes('*'),
    head: first,
    test: (command) => fitsPattern(pattern, fold(command)) || (boundary && fitsPattern(`${pattern} *`, fold(command))),
  };
}
