import { type Invocation, UsageError } from 'tenon/plugin-api';

/** How a run in print mode reads and writes. */
export interface PrintOptions {
  readonly output: 'text' | 'json' | 'stream-json';
  readonly input: 'text' | 'stream-json';
  /** The pieces of answers as well. */
  readonly partial: boolean;
  /** The prompts that were read as well. */
  readonly replay: boolean;
  /** What hooks do as well. */
  readonly hooks: boolean;
  /** What subagents say as well. */
  readonly agentText: boolean;
  /** The prompt of the command line. */
  readonly prompt: string;
}

/**
 * Reads the options of print mode from a command line.
 * @throws UsageError for values that do not exist and flags that do not go together
 */
export function printOptions({ flags, args }: Invocation): PrintOptions {
  const output = choice(flags['output-format'], '--output-format', ['text', 'json', 'stream-json']);
  const input = choice(flags['input-format'], '--input-format', ['text', 'stream-json']);
  const prompt = [typeof flags.prompt === 'string' ? flags.prompt : '', args.join(' ')]
    .filter((part) => part !== '')
    .join('\n');
  const partial = flags['include-partial-messages'] === true;
  const replay = flags['replay-user-messages'] === true;
  const hooks = flags['include-hook-events'] === true;
  const agentText = flags['forward-subagent-text'] === true;
  const streams = output === 'stream-json';
  if (streams && flags.print === true && flags.verbose !== true) {
    throw new UsageError('--output-format stream-json with --print needs --verbose as well; add it');
  }
  if (input === 'stream-json' && !streams) {
    throw new UsageError('--input-format stream-json needs --output-format stream-json as well; add it');
  }
  if (input === 'stream-json' && prompt !== '') {
    throw new UsageError(
      'with --input-format stream-json the prompts come from standard input; leave the prompt of the command line out',
    );
  }
  if (partial && !streams) {
    throw new UsageError('--include-partial-messages needs --output-format stream-json as well; add it');
  }
  if (replay && !(streams && input === 'stream-json')) {
    throw new UsageError(
      '--replay-user-messages needs --input-format stream-json and --output-format stream-json as well; add them',
    );
  }
  for (const [name, given] of Object.entries({ 'include-hook-events': hooks, 'forward-subagent-text': agentText })) {
    if (given && !streams) throw new UsageError(`--${name} needs --output-format stream-json as well; add it`);
  }
  return { output, input, partial, replay, hooks, agentText, prompt };
}

function choice<T extends string>(value: unknown, flag: string, choices: readonly [T, ...T[]]): T {
  if (value === undefined) return choices[0];
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new UsageError(`${flag} ${String(value)}: expected one of ${choices.join(', ')}`);
  return found;
}
