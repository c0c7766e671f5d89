import { point } from '../service.ts';

/** A flag, as manifests declare it in the point `cli`. Its name starts with `--`. */
export interface CliFlag {
  readonly name: `--${string}`;
  readonly description: string;
  /** `boolean`: no value. `string`: one value. `optional`: a value or none. `list`: may be given often, and takes several values. */
  readonly value: 'boolean' | 'string' | 'optional' | 'list';
  /** With `string`: it may be given more than once, and its value is the list of all. */
  readonly repeat?: boolean;
  /** Shown in help as `<placeholder>`. */
  readonly placeholder?: string;
  /** One letter, without the dash. */
  readonly short?: string;
  readonly aliases?: readonly `--${string}`[];
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** The value is a list of these words, separated by commas; it may be empty. */
  readonly parts?: readonly string[];
  /**
   * Checked before anything starts. `json`: the value is the path of a JSON file, or JSON text that begins with `{`.
   * `folder`: it is the path of a folder that exists.
   */
  readonly file?: 'json' | 'folder';
  /** Not shown in help. */
  readonly hidden?: boolean;
}

/** A subcommand such as `doctor`, as manifests declare it in the point `cli`; its name is one word. */
export interface CliVerb {
  readonly name: string;
  readonly description: string;
  /** Words after the name, as help shows them: `<verb> [...args]`. */
  readonly usage?: string;
  /** Changes state, so PreCommand and PostCommand are fired around it. */
  readonly changes?: boolean;
  /** It is about the setup, so that the warnings of the start are shown before it; other commands are not preceded by them. */
  readonly setup?: boolean;
  /** The flags that it reads, also those of other extensions, for its help. Default: all that its extension declares. */
  readonly flags?: readonly `--${string}`[];
}

/**
 * A way of running without a subcommand, as manifests declare it: `mode:print`. The first whose flag is set runs; one
 * with `interactive: true` runs when none is and the standard input is a terminal.
 */
export interface CliMode {
  readonly name: `mode:${string}`;
  readonly description: string;
  /** The flags that choose this mode. */
  readonly flags?: readonly `--${string}`[];
  readonly interactive?: boolean;
  /** Runs when no flag chose a mode and standard input or output is not a terminal. */
  readonly headless?: boolean;
}

/** A parsed command line. */
export interface Invocation {
  /** Values by long name without dashes, as typed: `{ 'output-format': 'json', print: true, 'add-dir': ['a'] }`. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** The words that are not flags. For a subcommand, those after its name. */
  readonly args: readonly string[];
  /** Everything after the program's name, untouched. */
  readonly argv: readonly string[];
}

/** The code of a subcommand or mode, an item of the point `cli` under its declared name. */
export interface CliCommand {
  readonly name: string;
  /** Runs it. The number is the exit code. */
  run(invocation: Invocation): Promise<number>;
}

/** Flags, subcommands and modes of the command line. */
export const CliCommands = point<CliCommand>('cli', (command) => command.name);

/** A mistake in how the program was called: printed without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
