import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Invocation, UsageError } from '../points/cli.ts';
import type { Host } from '../services/host.ts';
import type { OpenOptions } from '../services/loop.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What the flags of a command line say about the session to open. Every surface uses it, so that a flag means the same
 * everywhere. Paths start from `host.cwd`; the files of `--system-prompt-file` and `--append-system-prompt-file` are read.
 * The permission flags are not among them: `permissions@1` reads its own.
 * @throws UsageError naming the flag, what was expected, and what to do.
 */
export function openOptions(invocation: Invocation, host: Pick<Host, 'cwd'>): Omit<OpenOptions, 'cwd'> {
  const flags = new Flags(invocation.flags, host.cwd);
  return { ...modelOptions(flags), ...keptOptions(flags) };
}

function modelOptions(flags: Flags): Omit<OpenOptions, 'cwd'> {
  const model = flags.text('model');
  const maxTurns = flags.count('max-turns');
  const systemPrompt = flags.textOrFile('system-prompt');
  const appendSystemPrompt = flags.textOrFile('append-system-prompt');
  const tools = toolNames(flags.text('tools', { empty: true }));
  return {
    ...(model !== undefined && { model }),
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

  count(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1 || !Number.isSafeInteger(number)) {
      throw new UsageError(`--${name} must be a whole number of at least 1, got ${JSON.stringify(text)}`);
    }
    return number;
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
