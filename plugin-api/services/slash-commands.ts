import type { ContextItem } from '../hook-kinds.ts';
import type { ContentBlock } from '../message.ts';
import { service } from '../service.ts';
import type { Session } from './loop.ts';

/** A slash command as a menu shows it. */
export interface SlashCommandInfo {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  readonly argumentHint?: string;
  readonly aliases?: readonly string[];
  /** Part of the program, not read from somebody's files. */
  readonly builtin: boolean;
}

/** What came of a slash command: a message for the model, or words for the user. */
export interface SlashCommandOutcome {
  /** The message to the model, in the place of what was typed. Without it nothing is asked of the model. */
  readonly blocks?: readonly ContentBlock[];
  /** Words for the user. */
  readonly output?: string;
  /** It did not do what was asked; `output` says why. */
  readonly isError?: boolean;
  /** Text of extensions that goes with the message. */
  readonly context?: readonly ContextItem[];
}

/** A slash command that was typed, and not run yet. */
export interface TypedCommand {
  /** The name of the command, without the slash. */
  readonly name: string;
  /** Everything after it. */
  readonly args: string;
  /** True when it becomes a message for the model, so that whoever looks at prompts is to see it first. */
  readonly prompts: boolean;
  /**
   * Runs it, with PreCommand, UserPromptExpansion and PostCommand around it, within the prompt that the session is
   * answering. What goes wrong stands in the outcome.
   */
  run(): Promise<SlashCommandOutcome>;
}

/** Slash commands: those of extensions (point `commands`) and skills (point `skills`). */
export interface SlashCommands {
  /** All that a user may type, by name. Read from manifests: it runs nobody's code. */
  list(): readonly SlashCommandInfo[];
  /**
   * The command that a text calls. `undefined` for a text that begins with `/` and calls none, such as a path; the name
   * of a command that does not exist is a command whose outcome says so.
   */
  find(session: Session, text: string): Promise<TypedCommand | undefined>;
}

/** Slash commands. */
export const SlashCommands = service<SlashCommands>('slash-commands@1');
