import type { Awaitable } from '../dispose.ts';
import { point } from '../service.ts';
import type { SessionRef } from '../session.ts';

/** A slash command. */
export interface SlashCommand {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  readonly argumentHint?: string;
  readonly aliases?: readonly string[];
  /** Gives text for the user (`output`), or a prompt for the model. */
  run(
    args: string,
    context: { readonly session: SessionRef; readonly signal: AbortSignal },
  ): Awaitable<{ readonly output?: string; readonly prompt?: string }>;
}

/** Slash commands, by name without the slash. */
export const Commands = point<SlashCommand>(
  'commands',
  (command) => command.name,
  (owner, name) => `${owner}:${name}`,
);
