import type { DeclaredItem, Entry, FireOf, HookName, Manifest, Origin, ValueOf } from '../extension.ts';
import type { Diagnostic } from '../hooks/app.ts';
import { type Point, service } from '../service.ts';

export interface ExtensionStatus {
  readonly manifest: Manifest;
  readonly origin: Origin;
  readonly state: 'idle' | 'starting' | 'active' | 'failed' | 'untrusted' | 'unmet' | 'released';
  /** Why it is not running, when it failed. */
  readonly reason?: string;
  /** Milliseconds that loading and setup took. */
  readonly startMs?: number;
  readonly ordinal: number;
}

/** Who owns a name of a point, and who wanted it. */
export interface NameStatus {
  readonly point: string;
  readonly name: string;
  readonly owner: string;
  /** Extensions that declared the same name, with the name they got instead. */
  readonly others: readonly { readonly owner: string; readonly name: string }[];
  readonly item: DeclaredItem;
}

/** How long and how often an extension's taps of a hook ran. Milliseconds. */
export interface TapProfile {
  readonly extension: string;
  readonly hook: string;
  readonly stage: string;
  readonly runs: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly blocks: number;
  readonly totalMs: number;
  readonly maxMs: number;
  /** Half of the last 100 runs were faster than that. */
  readonly p50Ms: number;
  /** 95 of the last 100. */
  readonly p95Ms: number;
  /** Tokens that it added to conversations, estimated from the length of the texts. */
  readonly contextTokens: number;
}

/** A wait that has not ended. */
export interface PendingWait {
  readonly extension: string;
  readonly what: string;
  /** Milliseconds since it began. */
  readonly ms: number;
}

/** A new version of an extension that is started beside the running one. */
export interface PreparedSwap {
  /** Moves taps, services and items over and releases the old one. Call it between turns (`loop.atBoundary`). */
  commit(): Promise<void>;
  /** Drops the new one; the old goes on. */
  cancel(): Promise<void>;
}

/** A second set of extensions beside those that run: nothing of it reaches them. */
export interface Trial {
  readonly extensions: Extensions;
  /** Milliseconds from making it to having fired what a start of the program fires. */
  readonly startMs: number;
  fire<N extends HookName>(hook: N, value: ValueOf<N>): FireOf<N>;
  item<T>(of: Point<T>, name: string): Promise<T | undefined>;
  /** Releases everything. */
  close(): Promise<void>;
}

/** The kernel's view of its extensions. */
export interface Extensions {
  list(): readonly ExtensionStatus[];
  names(): readonly NameStatus[];
  profile(): readonly TapProfile[];
  pending(): readonly PendingWait[];
  diagnostics(): readonly Diagnostic[];
  /** Hooks of the catalogue that no feature fires yet. */
  pendingHooks(): readonly string[];
  /**
   * What manifests say that is not so, bundled ones included: wrong fields, names of points that nobody knows, and names
   * that an extension which runs declared and has not made.
   */
  check(): readonly { readonly extension: string; readonly message: string }[];
  /** Adds extensions to the running program. */
  add(entries: readonly Entry[]): Promise<void>;
  /** Starts an extension that nobody has used yet; how it went is in `list`. */
  start(id: string): Promise<void>;
  /** Starts `entry` beside the running extension of the same id. @throws KernelError when it does not start. */
  prepare(entry: Entry): Promise<PreparedSwap>;
  /** Releases an extension and those that depend on it. */
  release(id: string): Promise<void>;
  /**
   * Tries extensions in a kernel of their own, which starts as a program does. What they keep, they keep in memory.
   * @param options.entries the extensions to try
   * @param options.beside extensions of this program that take part too, by id: fresh ones, not those that run here
   */
  trial(options: { readonly entries: readonly Entry[]; readonly beside?: readonly string[] }): Promise<Trial>;
}

/** The extensions of the running program. Provided by the kernel. */
export const Extensions = service<Extensions>('extensions@1');
