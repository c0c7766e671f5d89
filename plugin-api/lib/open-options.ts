import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Invocation, UsageError } from '../points/cli.ts';
import type { Thinking } from '../points/models.ts';
import type { JsonObject, JsonSchema } from '../schema.ts';
import type { Host } from '../services/host.ts';
import type { OpenOptions } from '../services/loop.ts';
import { parseJson } from './json-text.ts';
import { schemaProblem } from './schema-problem.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What the flags of a command line say about the session to open. Every surface uses it, so that a flag means the same
 * everywhere. Paths start from `host.cwd`; files that flags name are read (`--system-prompt-file`, `--json-schema` and others).
 * The permission flags are not among them: `permissions@1` reads its own.
 * @throws UsageError naming the flag, what was expected, and what to do.
 */
export function openOptions(invocation: Invocation, host: Pick<Host, 'cwd'>): Omit<OpenOptions, 'cwd'> {
  const flags = new Flags(invocation.flags, host.cwd);
  return { ...modelOptions(flags), ...keptOptions(flags), ...agentOptions(flags) };
}

function agentOptions(flags: Flags): Omit<OpenOptions, 'cwd'> {
  const mainAgent = flags.text('agent');
  const agents = flags.object('agents');
  return { ...(mainAgent !== undefined && { mainAgent }), ...(agents !== undefined && { agents }) };
}

function modelOptions(flags: Flags): Omit<OpenOptions, 'cwd'> {
  const model = flags.text('model');
  const fallbackModels = flags.names('fallback-model');
  const effort = flags.text('effort');
  const betas = flags.names('betas');
  const thinking = thinkingOf(flags);
  const thinkingDisplay = flags.text('thinking-display');
  const taskBudget = flags.count('task-budget');
  const maxBudgetUsd = flags.amount('max-budget-usd');
  const jsonSchema = flags.schema('json-schema');
  const maxTurns = flags.count('max-turns');
  const systemPrompt = flags.textOrFile('system-prompt');
  const appendSystemPrompt = flags.textOrFile('append-system-prompt');
  const tools = toolNames(flags.text('tools', { empty: true }));
  return {
    ...(model !== undefined && { model }),
    ...(fallbackModels !== undefined && { fallbackModels }),
    ...(effort !== undefined && { effort }),
    ...(betas !== undefined && { betas }),
    ...(thinking !== undefined && { thinking }),
    ...(thinkingDisplay !== undefined && { thinkingDisplay }),
    ...(taskBudget !== undefined && { taskBudget }),
    ...(maxBudgetUsd !== undefined && { maxBudgetUsd }),
    ...(jsonSchema !== undefined && { jsonSchema }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(systemPrompt !== undefined && { systemPrompt }),
    ...(appendSystemPrompt !== undefined && { appendSystemPrompt }),
    ...(tools !== undefined && { tools }),
  };
}

function keptOptions(flags: Flags): Omit<OpenOptions, 'cwd'> {
  const resume = resumed(flags);
  const fork = flags.on('fork-session');
  if (fork && resume === undefined) {
    throw new UsageError('--fork-session copies an earlier session: give --resume <id> or --continue with it');
  }
  const resumeAt = flags.text('resume-session-at');
  if (resumeAt !== undefined && resume === undefined) {
    throw new UsageError(
      '--resume-session-at names a message of an earlier session: give --resume <id> or --continue with it',
    );
  }
  const id = flags.text('session-id');
  if (id !== undefined && !UUID.test(id)) {
    throw new UsageError(
      `--session-id must be a UUID such as 123e4567-e89b-42d3-a456-426614174000, got ${JSON.stringify(id)}`,
    );
  }
  if (id !== undefined && resume !== undefined && !fork) {
    throw new UsageError('--session-id is the id of a new session: leave it out, or add --fork-session');
  }
  const title = flags.text('name');
  return {
    ...(resume !== undefined && { resume }),
    ...(fork && { fork }),
    ...(resumeAt !== undefined && { resumeAt }),
    ...(id !== undefined && { id }),
    ...(flags.on('no-session-persistence') && { persist: false }),
    ...(title !== undefined && { title }),
  };
}

function resumed(flags: Flags): string | undefined {
  const latest = flags.on('continue');
  if (flags.on('resume')) {
    throw new UsageError(
      '--resume needs the id of a session here: --resume <id>, or --continue for the latest one of this folder',
    );
  }
  const id = flags.text('resume');
  if (latest && id !== undefined) throw new UsageError('--continue and --resume cannot be used together; choose one');
  return latest ? 'latest' : id;
}

/** A number of tokens says most; `--thinking disabled` wins over it. */
function thinkingOf(flags: Flags): Thinking | undefined {
  const words = ['enabled', 'adaptive', 'disabled'];
  const word = flags.text('thinking');
  if (word !== undefined && !words.includes(word)) {
    throw new UsageError(`--thinking must be one of ${words.join(', ')}, got ${JSON.stringify(word)}`);
  }
  const budgetTokens = flags.count('max-thinking-tokens', 0);
  if (word === 'disabled' || budgetTokens === 0) return 'disabled';
  if (budgetTokens !== undefined) return { budgetTokens };
  return word === undefined ? undefined : 'adaptive';
}

/** `Bash,Read` or `Bash Read`; nothing is no tool, `default` is all. */
function toolNames(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text.trim() === 'default') return undefined;
  return text.split(/[\s,]+/).filter((name) => name !== '');
}

class Flags {
  private readonly values: Invocation['flags'];
  private readonly cwd: string;

  constructor(values: Invocation['flags'], cwd: string) {
    this.values = values;
    this.cwd = cwd;
  }

  on(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string, { empty = false } = {}): string | undefined {
    const value = this.values[name];
    if (value === undefined || typeof value === 'boolean') return undefined;
    const text = typeof value === 'string' ? value : value.join(',');
    if (text === '' && !empty) throw new UsageError(`--${name} needs a value, got an empty one`);
    return text;
  }

  count(name: string, least = 1): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || !Number.isSafeInteger(number)) {
      throw new UsageError(`--${name} must be a whole number of at least ${least}, got ${JSON.stringify(text)}`);
    }
    return number;
  }

  /** An amount of money. */
  amount(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d*\.?\d+$/.test(text) || !(Number(text) > 0)) {
      throw new UsageError(`--${name} must be an amount above 0 such as 2.50, got ${JSON.stringify(text)}`);
    }
    return Number(text);
  }

  /** A list with commas. */
  names(name: string): readonly string[] | undefined {
    const names = this.text(name)
      ?.split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
    if (names?.length === 0) throw new UsageError(`--${name} needs at least one name`);
    return names;
  }

  /** JSON text that begins with `{`, or JSON in a file. `where` names it in messages. */
  private json(name: string): { readonly value: unknown; readonly where: string } | undefined {
    const given = this.text(name);
    if (given === undefined) return undefined;
    const inline = given.trimStart().startsWith('{');
    const path = resolve(this.cwd, given);
    const where = inline ? `--${name}` : `--${name}: ${path}`;
    try {
      return { value: parseJson(inline ? given : readFileSync(path, 'utf8')), where };
    } catch (error) {
      const { message } = error as Error;
      const hint = inline ? '' : '; give the path of a JSON file, or the JSON itself, which begins with {';
      throw new UsageError(`${where} cannot be read: ${message}${hint}`, { cause: error });
    }
  }

  object(name: string): JsonObject | undefined {
    const given = this.json(name);
    if (given === undefined) return undefined;
    const { value, where } = given;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    throw new UsageError(`${where} must hold an object in { }`);
  }

  /** A schema as JSON text that begins with `{`, or in a file. */
  schema(name: string): JsonSchema | undefined {
    const given = this.json(name);
    if (given === undefined) return undefined;
    const { value, where } = given;
    const problem = schemaProblem(value);
    if (problem !== undefined) throw new UsageError(`${where} is no JSON schema: ${problem}`);
    const { type = 'object', ...schema } = value as JsonSchema;
    if (type !== 'object')
      throw new UsageError(`${where} must describe an object ("type": "object"), got ${JSON.stringify(type)}`);
    return { type, ...schema };
  }

  /** A text given as `--name`, or in a file given as `--name-file`. */
  textOrFile(name: string): string | undefined {
    const text = this.text(name, { empty: true });
    const file = this.text(`${name}-file`);
    if (file === undefined) return text;
    if (text !== undefined) throw new UsageError(`--${name} and --${name}-file cannot be used together; choose one`);
    const path = resolve(this.cwd, file);
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new UsageError(`--${name}-file: ${path} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }
}
