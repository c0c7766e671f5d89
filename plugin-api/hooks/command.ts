import { type ContextItem, type GateReason, gate, observe } from '../hook-kinds.ts';
import type { SessionRef } from '../session.ts';
import type { DenyPatch } from './query.ts';

export interface PreCommand {
  /** Absent for subcommands of the command line. */
  readonly session?: SessionRef;
  readonly name: string;
  readonly args: string;
  readonly source: 'slash' | 'cli';
  /** Of a slash command, where it comes from: `builtin`, `user`, `project`, `plugin`, … */
  readonly origin?: string;
  readonly context: readonly ContextItem[];
  readonly verdict: 'none' | 'deny';
  readonly reasons: readonly GateReason[];
}
export interface PostCommand {
  readonly session?: SessionRef;
  readonly name: string;
  readonly args: string;
  readonly source: 'slash' | 'cli';
  /** Of a slash command, where it comes from: `builtin`, `user`, `project`, `plugin`, … */
  readonly origin?: string;
  /** What it said, or the prompt that it became. */
  readonly output: string;
  readonly ok: boolean;
  readonly ms: number;
}

export const commandHooks = {
  /** Before a slash command, and before a subcommand that changes state. */
  PreCommand: gate<PreCommand, DenyPatch & { readonly args?: string }>({
    ladder: ['none', 'deny'],
    rewrites: ['args'],
    subject: (value) => value.name,
  }),
  /** After it. */
  PostCommand: observe<PostCommand>({ subject: (value) => value.name }),
};
