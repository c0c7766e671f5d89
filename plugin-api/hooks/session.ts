import { type ContextItem, type ContextPatch, observe, stream, transform } from '../hook-kinds.ts';
import type { SessionRef } from '../session.ts';
import type { SessionEvent } from '../session-event.ts';

export interface SessionStart {
  readonly session: SessionRef;
  readonly source: 'startup' | 'resume' | 'clear' | 'compact' | 'fork';
  /** Goes before the first prompt. */
  readonly context: readonly ContextItem[];
  /** Added to the environment of commands that tools run. */
  readonly env: Readonly<Record<string, string>>;
  /** Sent before the first prompt, as a prompt of its own. A tap may give one where the value has this field. */
  readonly initialMessage?: string | undefined;
}
export interface SessionEnd {
  readonly session: SessionRef;
  readonly reason: 'clear' | 'resume' | 'logout' | 'prompt_input_exit' | 'other';
}
export interface SessionEventValue {
  readonly session: SessionRef;
  readonly event: SessionEvent;
}

export const sessionHooks = {
  /** A session begins, or goes on after a restart. */
  SessionStart: transform<
    SessionStart,
    {
      readonly context?: ContextPatch;
      readonly env?: Readonly<Record<string, string>>;
      readonly initialMessage?: string;
    }
  >({
    appends: ['env'],
    subject: (value) => value.source,
  }),
  /** A session ends. */
  SessionEnd: observe<SessionEnd>({ timeout: 2_000, closes: true, subject: (value) => value.reason }),
  /** One entry was added to a session. The hot path: return a promise only when the reader cannot keep up. */
  SessionEvent: stream<SessionEventValue>({ subject: (value) => value.event.type }),
};
