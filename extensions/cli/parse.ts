import { type CliFlag, type Invocation, UsageError } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import type { Grammar } from './grammar.ts';

/** A command line taken apart. */
export interface Parsed extends Invocation {
  /** The declared command that the first word names. */
  readonly verb?: string;
}

type Values = Record<string, string | boolean | readonly string[] | undefined>;

/**
 * Takes a command line apart. Values stay the text they were typed as. A flag that is given twice has its last value; a
 * list collects all of them and takes words up to the next flag; `--` ends the flags.
 * @param lenient what makes no sense is passed over: not all flags may be known yet
 * @throws UsageError for an unknown flag, a missing or superfluous value, a value that is not among the choices
 */
export function parse(argv: readonly string[], grammar: Grammar, lenient = false): Parsed {
  const flags: Values = {};
  const args: string[] = [];
  let firstWord = -1;
  let at = 0;

  const fail = (message: string) => {
    if (!lenient) throw new UsageError(message);
  };
  const put = (flag: CliFlag, value: string | true) => {
    if (typeof value === 'string' && !lenient) checkChoice(flag, value);
    const key = flag.name.slice(2);
    if (!collects(flag)) flags[key] = value;
    else flags[key] = [...((flags[key] as readonly string[] | undefined) ?? []), value as string];
  };

  /** Gives a flag its value: the text joined to it, or the words that follow. */
  const take = (flag: CliFlag, shown: string, joined: string | undefined) => {
    if (flag.value === 'boolean') {
      if (joined === undefined || joined === 'true') put(flag, true);
      else if (joined === 'false') flags[flag.name.slice(2)] = false;
      else fail(`${shown} takes no value, got ${quote(joined)}`);
      return;
    }
    if (joined !== undefined) return put(flag, joined);
    let taken = 0;
    while (at < argv.length && !isFlag(argv[at]!, grammar)) {
      put(flag, argv[at]!);
      at++;
      taken++;
      if (flag.value !== 'list') break;
    }
    if (taken > 0) return;
    if (flag.value === 'optional') return put(flag, true);
    fail(missing(flag, shown, argv[at]));
  };

  while (at < argv.length) {
    const token = argv[at]!;
    at++;
    if (token === '--') {
      args.push(...argv.slice(at));
      break;
    }
    if (!token.startsWith('-') || token === '-' || /^-\s/.test(token)) {
      if (firstWord < 0 && args.length === 0) firstWord = args.length;
      args.push(token);
      continue;
    }
    if (token.startsWith('--')) {
      const equals = token.indexOf('=');
      const name = equals < 0 ? token : token.slice(0, equals);
      const flag = grammar.byName.get(name);
      if (flag === undefined) fail(unknown(name, grammar));
      else take(flag, name, equals < 0 ? undefined : token.slice(equals + 1));
      continue;
    }
    if (grammar.byName.has(`-${token.split('=', 1)[0]}`)) {
      fail(`unknown flag ${token}; did you mean -${token}?`);
      continue;
    }
    for (let letter = 1; letter < token.length; letter++) {
      const flag = grammar.byLetter.get(token[letter]!);
      if (flag === undefined) {
        const shown = token.length === 2 ? token : `-${token[letter]} in ${token}`;
        fail(`unknown flag ${quoteIfOdd(shown)}${dashHint(token)}`);
        continue;
      }
      const rest = token.slice(letter + 1);
      if (flag.value === 'boolean') {
        take(flag, `-${token[letter]}`, undefined);
        continue;
      }
      take(flag, `-${token[letter]}`, rest === '' ? undefined : rest.replace(/^=/, ''));
      break;
    }
  }

  const verb = firstWord === 0 && !choosesMode(flags, grammar) ? grammar.verbs.get(args[0]!)?.name : undefined;
  return verb === undefined ? { flags, args, argv } : { flags, args: args.slice(1), argv, verb };
}

function collects(flag: CliFlag): boolean {
  return flag.value === 'list' || (flag.value === 'string' && flag.repeat === true);
}

/** True when a flag was given that is not switched off. */
export function isSet(flags: Invocation['flags'], name: string): boolean {
  const value = flags[name.replace(/^--/, '')];
  return value !== undefined && value !== false;
}

// with `-p`, a first word that happens to be a command's name is the prompt
export function choosesMode(flags: Values, grammar: Grammar): boolean {
  return grammar.modes.some((mode) => mode.flags?.some((flag) => isSet(flags, flag)));
}

/** True when a token cannot be a value: a value may begin with a dash, but must not look like a flag. */
function isFlag(token: string, grammar: Grammar): boolean {
  if (token === '--') return true;
  if (/^--[a-z][\w-]*(=|$)/i.test(token)) return true;
  return /^-[a-z]+$/i.test(token) && grammar.byLetter.has(token[1]!);
}

function checkChoice(flag: CliFlag, value: string): void {
  for (const part of flag.parts === undefined ? [] : value.split(',').map((word) => word.trim())) {
    if (part === '' || flag.parts?.includes(part)) continue;
    throw new UsageError(`${flag.name}: ${quote(part)} is not one of ${flag.parts?.join(', ')}`);
  }
  if (flag.choices === undefined || flag.choices.includes(value)) return;
  const meant = nearest(value, flag.choices);
  throw new UsageError(
    `${flag.name}: ${quote(value)} is not one of ${flag.choices.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
}

function missing(flag: CliFlag, shown: string, next: string | undefined): string {
  const wanted = flag.choices === undefined ? `<${flag.placeholder ?? 'value'}>` : `one of ${flag.choices.join(', ')}`;
  const way =
    next === undefined || next === '--' ? '' : `, got the flag ${next}; write ${flag.name}=${next} if that is meant`;
  return `${shown} needs a value (${wanted})${way}`;
}

function unknown(name: string, grammar: Grammar): string {
  const known = [...grammar.byName].filter(([, flag]) => flag.hidden !== true).map(([known]) => known);
  const negated = name.startsWith('--no-') ? nearest(name.replace('--no-', '--'), known) : undefined;
  const meant = nearest(name, known) ?? negated;
  return `unknown flag ${quoteIfOdd(name)}${meant === undefined ? dashHint(name) : `; did you mean ${meant}?`}`;
}

function dashHint(token: string): string {
  return /\s/.test(token) ? '; a prompt that begins with a dash goes after --' : '';
}

function quote(text: string): string {
  return text.length > 80 ? `"${text.slice(0, 79)}…"` : `"${text}"`;
}

function quoteIfOdd(text: string): string {
  return /^[\w=.,/-]+( in [\w-]+)?$/.test(text) && text.length <= 80 ? text : quote(text);
}
