import type { Awaitable } from '../dispose.ts';
import { point } from '../service.ts';
import type { Session } from '../services/loop.ts';

/** What a manifest says of a slash command in `contributes.commands`: menus show it without loading anything. */
export interface CommandDeclaration {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  readonly argumentHint?: string;
  readonly aliases?: readonly string[];
  /** It gives a prompt for the model, which UserPromptSubmit is fired for as for any other. Default: false. */
  readonly prompts?: boolean;
}

/** A slash command. Whatever it declares stands in the manifest. */
export interface SlashCommand {
  /** Without the slash. */
  readonly name: string;
  /**
   * Gives text for the user (`output`), or a prompt for the model. An error that it throws is shown to the user.
   * @param args everything after the name, without blanks around it
   */
  run(
    args: string,
    context: { readonly session: Session; readonly signal: AbortSignal },
  ): Awaitable<{ readonly output?: string; readonly prompt?: string; readonly isError?: boolean }>;
}

/** Slash commands, by name without the slash. */
export const Commands = point<SlashCommand>(
  'commands',
  (command) => command.name,
  (owner, name) => `${owner}:${name}`,
  ({ name, run }) => {
    if (name.startsWith('/') || /\s/.test(name)) return 'must be a name without the slash and without blanks';
    return typeof run === 'function' ? undefined : 'needs a function run(args, context)';
  },
);
