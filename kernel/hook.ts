import type { HookSpec, SessionRef, Stage, TapContext, TapOptions, TapProfile } from '../plugin-api/index.ts';
import { type Abortable, BoundedError, bounded } from '../plugin-api/lib/bounded.ts';
import { clock } from '../plugin-api/lib/clock.ts';
import type { Diagnostics } from './diagnostics.ts';
import { messageOf } from './errors.ts';
import { memo } from './memo.ts';
import type { Pending } from './pending.ts';
import type { Slot } from './slots.ts';

/** Runs whose times are kept, for the profile. */
const SAMPLES = 100;
/** Failures in a row after which a tap that is no gate is left out for the rest of the session. */
const MUTE_AFTER = 3;
const STAGES: Readonly<Record<Stage, number>> = { early: 0, normal: 1, late: 2, guard: 3 };
const ROOM = 100_000;

type Value = { readonly session?: SessionRef; readonly verdict?: string };
// biome-ignore lint/suspicious/noExplicitAny: values of all hooks pass through here; each hook's own types are those of the catalogue
type AnySpec = HookSpec<any, any, any>;
type Fn = (value: unknown, context: TapContext) => unknown;
/** The part of tapable's classes that is used; their full types make the classes unassignable to one another. */
interface Engine {
  tap(options: object, fn: Fn): void;
  tapPromise(options: object, fn: Fn): void;
  intercept(interceptor: { register: (tap: never) => never }): void;
  promise(value: unknown): Promise<unknown>;
  call(value: unknown): void;
}

interface Tap {
  readonly slot: Slot;
  readonly fn: Fn;
  readonly stage: Stage;
  readonly options: TapOptions;
  readonly scope: TapScope;
  readonly profile: { -readonly [K in keyof TapProfile]: TapProfile[K] };
  /** Milliseconds of the last runs. */
  readonly samples: number[];
  disposed: boolean;
}

/** The start of an extension that a tap belongs to. */
export interface TapScope extends Abortable {
  readonly signal: AbortSignal;
}

/** What the hooks of one kernel share. */
export interface HookWorld {
  readonly diagnostics: Diagnostics;
  readonly pending: Pending;
  /** Told which extension is about to run, so that one that blocks the process can be named. */
  entered(extension: string, hook: string): void;
}

/**
 * One hook: a tapable hook of the class that its kind asks for, rebuilt when a tap goes. A `register` interceptor wraps
 * every tap with isolation, time limit, abort signal, profile and the folding of its patch.
 */
export class HookRunner {
  readonly name: string;
  readonly spec: AnySpec;
  private readonly world: HookWorld;
  private taps: Tap[] = [];
  private engine: Engine | undefined;
  private full: Promise<void>[] = [];

  constructor(name: string, spec: AnySpec, world: HookWorld) {
    this.name = name;
    this.spec = spec;
    this.world = world;
  }

  get size(): number {
    return this.taps.length;
  }

  hasTapOf(slot: Slot): boolean {
    return this.taps.some((tap) => tap.slot === slot);
  }

  /** True when a tap takes values with this subject. */
  hears(subject: string): boolean {
    return this.taps.some(({ options: { match } }) => match === undefined || fits(match, subject));
  }

  /** True when a failure can count as a denial here. */
  get canWithhold(): boolean {
    const { kind, onError, denied } = this.spec;
    return denied !== undefined && (kind !== 'gate' || onError === 'deny');
  }

  /** True when the failure of a tap counts as a denial. */
  get withholds(): boolean {
    return this.canWithhold && this.taps.some((tap) => this.spec.kind === 'gate' || failsClosed(tap));
  }

  /** Adds a tap; the function it gives removes it. */
  tap(slot: Slot, scope: TapScope, options: TapOptions, fn: Fn): () => void {
    if (options.match !== undefined && this.spec.subject === undefined) {
      throw new TypeError(`${this.name}.tap: it has nothing that \`match\` could fit; look at the value in the tap`);
    }
    if (options.onError !== undefined && (options.onError !== 'deny' || !this.canWithhold)) {
      throw new TypeError(`${this.name}.tap: \`onError\` may be 'deny' where a hook can withhold; leave it out here`);
    }
    const stage = options.stage ?? 'normal';
    const profile = {
      extension: slot.id,
      hook: this.name,
      stage,
      runs: 0,
      failures: 0,
      timeouts: 0,
      blocks: 0,
      totalMs: 0,
      maxMs: 0,
      p50Ms: 0,
      p95Ms: 0,
      contextTokens: 0,
    };
    const tap: Tap = { slot, fn, stage, options, scope, profile, samples: [], disposed: false };
    this.taps.push(tap);
    if (this.engine !== undefined) this.insert(this.engine, tap);
    return () => {
      tap.disposed = true;
      this.taps = this.taps.filter((one) => one !== tap);
      this.engine = undefined;
    };
  }

  /** Removes the taps made for one session. */
  closeSession(session: SessionRef): void {
    for (const tap of this.taps) if (tap.options.session?.id === session.id) tap.disposed = true;
    const left = this.taps.filter((tap) => !tap.disposed);
    if (left.length === this.taps.length) return;
    this.taps = left;
    this.engine = undefined;
  }

  /** Forgets the order, after ordinals have changed. */
  reorder(): void {
    this.engine = undefined;
  }

  profiles(): readonly TapProfile[] {
    return this.taps.map(({ profile, samples }) => {
      const sorted = [...samples].sort((a, b) => a - b);
      const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
      return { ...profile, p50Ms: at(0.5), p95Ms: at(0.95), contextTokens: Math.ceil(profile.contextTokens) };
    });
  }

  /** Runs the taps of a stream hook. A promise means that a tap is full. */
  call(value: unknown): Promise<void> | undefined {
    if (this.taps.length === 0) return undefined;
    // a tap may fire this hook again; each run collects its own promises
    const outer = this.full;
    this.full = [];
    this.built().call(value);
    const full = this.full;
    this.full = outer;
    return full.length === 0 ? undefined : Promise.all(full).then(() => undefined);
  }

  /** Runs the taps of any other hook and gives its result. */
  async run(value: unknown): Promise<unknown> {
    const { kind } = this.spec;
    const folds = kind === 'gate' || kind === 'transform';
    if (this.taps.length === 0) return folds ? value : undefined;
    freeze(value, folds);
    await loadEngine();
    const result = await this.built().promise(value);
    return folds || kind === 'decide' ? result : undefined;
  }

  private built(): Engine {
    if (this.engine === undefined) {
      this.engine = makeEngine(this.spec.kind);
      this.engine.intercept({ register: (tap: { record: Tap }) => this.wrap(tap) as never });
      for (const tap of this.taps) this.insert(this.engine, tap);
    }
    return this.engine;
  }

  private insert(engine: Engine, record: Tap): void {
    const rank = STAGES[record.stage] * ROOM + record.slot.ordinal;
    const options = { name: record.slot.id, stage: this.spec.reverse ? -rank : rank, record };
    if (this.spec.kind === 'stream') engine.tap(options, record.fn);
    else engine.tapPromise(options, record.fn);
  }

  /** Spreads the tap: an interceptor that drops one of its properties would change the order. */
  private wrap(tap: { record: Tap }): object {
    const { record } = tap;
    return { ...tap, fn: this.spec.kind === 'stream' ? this.streamFn(record) : this.asyncFn(record) };
  }

  private streamFn(tap: Tap): (value: Value) => void {
    // one for all calls: this is the hot path, and a tap that returns at once has nothing to abort but its own life
    const context = {
      get signal() {
        return tap.scope.signal;
      },
    };
    return (value) => {
      if (!this.applies(tap, value)) return;
      tap.profile.runs++;
      this.world.entered(tap.slot.id, this.name);
      try {
        const given = tap.fn(value, context) as unknown;
        if (isThenable(given)) this.full.push(this.drained(tap, given, value));
        else this.succeeded(tap, value);
      } catch (error) {
        this.failed(tap, value, error);
      }
    };
  }

  /** A reader that stays full must not hold up the session for ever. */
  private async drained(tap: Tap, given: PromiseLike<unknown>, value: Value): Promise<void> {
    const end = this.world.pending.begin(tap.slot.id, `${this.name} (its reader is full)`);
    try {
      await bounded(Promise.resolve(given), this.spec.timeout, tap.scope);
    } catch (error) {
      this.failed(tap, value, error);
    } finally {
      end();
    }
  }

  private asyncFn(tap: Tap): (value: Value) => Promise<unknown> {
    return async (value) => (this.applies(tap, value) ? this.attempt(tap, value) : undefined);
  }

  /** What a patch makes of the value; `undefined` when it changes nothing. */
  private folded(tap: Tap, value: Value, patch: unknown): unknown {
    if (patch === undefined || patch === null) return undefined;
    const { kind, merge } = this.spec;
    if (kind === 'decide') return patch;
    if (merge === undefined) return undefined;
    const next = merge(value, patch, { extension: tap.slot.id, stage: tap.stage });
    const { verdict, context } = patch as Value & { readonly context?: string | readonly string[] };
    if (context !== undefined) for (const text of [context].flat()) tap.profile.contextTokens += text.length / 4;
    if (kind === 'gate' && verdict !== undefined && verdict !== 'allow') tap.profile.blocks++;
    return Object.freeze(next);
  }

  /** One call of a tap, and what its patch makes of the value; a failure counts as the patch that the hook's rule says. */
  private async attempt(tap: Tap, value: Value): Promise<unknown> {
    const { profile } = tap;
    const limit = tap.options.timeout ?? this.spec.timeout;
    const context = contextOf(tap, value?.session);
    const began = clock();
    profile.runs++;
    this.world.entered(tap.slot.id, this.name);
    try {
      let patch = tap.fn(value, context);
      if (isThenable(patch)) {
        const end = this.world.pending.begin(tap.slot.id, this.name);
        try {
          patch = await bounded(Promise.resolve(patch), limit, ...context.outer);
        } finally {
          end();
        }
      }
      this.checkPatch(tap, patch);
      // a patch of the wrong shape is the tap's failure, not that of whoever fires
      const next = this.folded(tap, value, patch);
      this.succeeded(tap, value);
      return next;
    } catch (error) {
      context.abort();
      return this.folded(tap, value, this.failed(tap, value, error, limit));
    } finally {
      context.close();
      const ms = clock() - began;
      profile.totalMs += ms;
      if (ms > profile.maxMs) profile.maxMs = ms;
      tap.samples[(profile.runs - 1) % SAMPLES] = ms;
    }
  }

  private checkPatch(tap: Tap, patch: unknown): void {
    if (patch === undefined || patch === null || this.spec.merge === undefined) return;
    if (typeof patch !== 'object' || Array.isArray(patch)) {
      const what = typeof patch === 'object' ? 'a list' : typeof patch;
      throw new TypeError(`it returned ${what}, expected an object or nothing`);
    }
    if (tap.stage !== 'guard') return;
    const rewritten = this.spec.rewrites?.find((key) => (patch as Record<string, unknown>)[key] !== undefined);
    if (rewritten !== undefined) {
      throw new TypeError(
        `it changed ${rewritten} in the guard stage, where others have already agreed; use an earlier stage`,
      );
    }
  }

  private applies(tap: Tap, value: Value): boolean {
    if (tap.disposed) return false;
    const { match, session } = tap.options;
    if (session !== undefined && !belongs(value?.session, session)) return false;
    if (match !== undefined && !fits(match, this.spec.subject?.(value) ?? '')) return false;
    if (this.spec.kind === 'gate' || failsClosed(tap)) return true;
    return tap.profile.failures < MUTE_AFTER || mutedOf(tap, value).count < MUTE_AFTER;
  }

  private succeeded(tap: Tap, value: Value): void {
    if (this.spec.kind !== 'gate' && tap.profile.failures > 0) mutedOf(tap, value).count = 0;
  }

  /** Reports a failure and gives what it counts as. */
  private failed(tap: Tap, value: Value, error: unknown, limit = 0): unknown {
    const { diagnostics } = this.world;
    const { spec, name } = this;
    const bound = error instanceof BoundedError ? error.why : undefined;
    const late = bound === 'timeout';
    const message = messageOf(error);
    const problem =
      bound !== undefined
        ? undefined
        : ASSIGNED.test(message)
          ? `${message}; a value is read-only: return a patch`
          : message;
    const why = late
      ? `gave no answer within ${limit} ms`
      : bound === 'aborted'
        ? 'was interrupted'
        : `failed: ${problem}`;
    tap.profile.failures++;
    if (late) tap.profile.timeouts++;
    if (bound !== 'aborted') {
      const text = late ? `${tap.slot.id} ${why} in ${name}` : `${tap.slot.id} failed in ${name}: ${problem}`;
      diagnostics.report('warning', late ? 'HOOK_TIMEOUT' : 'HOOK_FAILED', tap.slot.id, text, late ? undefined : error);
    }
    if (spec.kind === 'gate') {
      return spec.onError === 'deny' ? spec.denied?.(value, `${tap.slot.id} ${why}`) : undefined;
    }
    // an error's message may quote what is to be withheld
    if (failsClosed(tap)) return spec.denied?.(value, `${tap.slot.id} ${problem === undefined ? why : 'failed'}`);
    if (bound === 'aborted') return undefined;
    const muted = mutedOf(tap, value);
    if (++muted.count === MUTE_AFTER) {
      const text = `${tap.slot.id} failed ${MUTE_AFTER} times in a row in ${name} and is left out of it for the rest of the session`;
      diagnostics.report('warning', 'MUTED', tap.slot.id, text);
    }
    return undefined;
  }
}

function failsClosed({ options }: Tap): boolean {
  return options.onError === 'deny';
}

/** What V8 says of a change to a frozen object or list. */
const ASSIGNED = /^Cannot (?:assign to read only|add|delete) property /;

/** A tap that wants a change returns a patch. Where patches count, what the value's fields hold is as fixed as they are. */
function freeze(value: unknown, deeper: boolean): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  if (!deeper) return;
  for (const held of Object.values(value)) {
    if (Array.isArray(held) || (isObject(held) && Object.getPrototypeOf(held) === Object.prototype))
      Object.freeze(held);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

let tapable: typeof import('tapable') | undefined;

/** Loads the engine. A program that fires nothing, such as `--version`, never needs it. */
export async function loadEngine(): Promise<void> {
  tapable ??= await import('tapable');
}

function makeEngine(kind: AnySpec['kind']): Engine {
  if (tapable === undefined) throw new Error('a hook was fired before its engine was loaded');
  const { AsyncParallelHook, AsyncSeriesBailHook, AsyncSeriesHook, AsyncSeriesWaterfallHook, SyncHook } = tapable;
  const args: ['value'] = ['value'];
  const made = {
    observe: () => new AsyncParallelHook<[unknown]>(args),
    stream: () => new SyncHook<[unknown]>(args),
    transform: () => new AsyncSeriesWaterfallHook<[unknown]>(args),
    gate: () => new AsyncSeriesWaterfallHook<[unknown]>(args),
    decide: () => new AsyncSeriesBailHook<[unknown], unknown>(args),
    sequence: () => new AsyncSeriesHook<[unknown]>(args),
  }[kind]();
  return made as unknown as Engine;
}

interface Context extends TapContext {
  /** The signals that end the wait from outside: release and interrupt. */
  readonly outer: readonly Abortable[];
  abort(): void;
  close(): void;
}

/** The signal is made when a tap first asks for it: most never do. */
function contextOf(tap: Tap, session: SessionRef | undefined): Context {
  // what is fired after an interrupt runs under its time limit alone
  const interrupt = session?.signal.aborted === false ? session.signal : undefined;
  let controller: AbortController | undefined;
  let closed = false;
  const sources: readonly Abortable[] = interrupt === undefined ? [tap.scope] : [tap.scope, interrupt];
  const abort = () => controller?.abort();
  return {
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        for (const source of sources) {
          if (source.aborted) controller.abort();
          else if (!closed) source.addEventListener('abort', abort);
        }
      }
      return controller.signal;
    },
    outer: sources,
    abort,
    close() {
      closed = true;
      if (controller !== undefined) for (const source of sources) source.removeEventListener('abort', abort);
    },
  };
}

/** Failures in a row of a tap, for each session. */
const failures = new WeakMap<object, WeakMap<Tap, { count: number }>>();

function mutedOf(tap: Tap, value: Value): { count: number } {
  const key = value?.session ?? tap.slot;
  const counts = memo(failures, key, () => new WeakMap<Tap, { count: number }>());
  return memo(counts, tap, () => ({ count: 0 }));
}

function fits(match: string | RegExp, subject: string): boolean {
  return typeof match === 'string' ? match === subject : subject.search(match) >= 0;
}

function belongs(session: SessionRef | undefined, to: SessionRef): boolean {
  for (let one = session; one !== undefined; one = one.parent) if (one.id === to.id) return true;
  return false;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
