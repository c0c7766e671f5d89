import { service } from '../service.ts';
import type { SessionRef } from '../session.ts';

export interface ProcessOptions {
  /** The program and its arguments; nothing goes through a shell unless the program is one. */
  readonly argv: readonly [string, ...string[]];
  /** An absolute path; default: the session's. */
  readonly cwd?: string;
  /** Added to the environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Milliseconds; default 120,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds that it gets to end by itself when it is aborted or out of time; default 1,500. */
  readonly grace?: number;
  /** Bytes of each stream to keep in memory; the rest goes to `overflow`. Default 1 MiB. */
  readonly maxOutput?: number;
  /** Bytes of each stream to keep in its file in `overflow`, 0 for no file; default 256 MiB. */
  readonly maxFile?: number;
  /** Opens descriptor 3 for the program; what it writes there, at most 64 KiB, is given back as `report`. */
  readonly report?: boolean;
  /** Called with output as it comes. A promise means that whoever listens is slow: nothing more is read until it resolves. */
  onOutput?(stream: 'stdout' | 'stderr', text: string): unknown;
}

export interface ProcessResult {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Of a stream longer than `maxOutput`: its first and last half of that, with a line between that says what is missing. */
  readonly stdout: string;
  readonly stderr: string;
  /** What the program wrote to descriptor 3, when `report` was asked for. */
  readonly report?: string;
  /** The files that hold the whole of a stream that was longer than `maxOutput`, up to `maxFile`. */
  readonly overflow: { readonly stdout?: string; readonly stderr?: string };
  readonly timedOut: boolean;
  readonly aborted: boolean;
}

/**
 * Runs programs for tools and hooks: in a process group of their own that is ended as a whole, with bounded time and
 * output. A sandbox replaces this service.
 *
 * A run is over when the program has ended, also when children that it left behind go on. Those are ended with the
 * session, or at once when the run is aborted or out of time.
 */
export interface Processes {
  /** @throws Error when the program cannot be started, naming it. */
  run(session: SessionRef, options: ProcessOptions): Promise<ProcessResult>;
}

/** Running programs. */
export const Processes = service<Processes>('processes@1');
