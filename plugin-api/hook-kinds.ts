/**
 * The six kinds of hooks. A hook's kind fixes its rule: who is called in which order, what a return value means, and
 * what a failure counts as. See `docs/hooks.md`.
 */
export type HookKind = 'observe' | 'stream' | 'transform' | 'gate' | 'decide' | 'sequence';

/** What the failure of one tap counts as: no opinion, or a denial. */
export type OnError = 'skip' | 'deny';

/** Where a tap stands among the taps of its hook. `guard` comes last, sees the final value and may only tighten. */
export type Stage = 'early' | 'normal' | 'late' | 'guard';

/** Who returned a patch. */
export interface TapOwner {
  readonly extension: string;
  readonly stage: Stage;
}

/**
 * Describes one hook. Values are read-only: a tap that wants a change returns a patch, which `merge` folds in.
 * The last three fields exist for the type checker only.
 */
export interface HookSpec<Value, Patch, Result> {
  readonly kind: HookKind;
  readonly onError: OnError;
  /** Milliseconds one tap may take; 0: only the abort signal bounds it. */
  readonly timeout: number;
  /** Fields of a patch that replace what the caller asked for; a `guard` tap may not return them. */
  readonly rewrites?: readonly string[];
  /** Names the feature that will fire this hook, while that feature is not built. */
  readonly pending?: string;
  /** Taps run in the opposite order, so that what came first goes last. */
  readonly reverse?: boolean;
  /** The session of the value ends with this hook: taps made for it alone are removed afterwards. */
  readonly closes?: boolean;
  /** Folds a patch into the value. */
  merge?(value: Value, patch: Patch, by: TapOwner): Value;
  /** The patch that a failed tap counts as: of gates, and of transforms for taps with `onError: 'deny'`. */
  denied?(value: Value, why: string): Patch;
  /** The text that a tap's `match` is tested against. */
  subject?(value: Value): string;
  readonly _value?: Value;
  readonly _patch?: Patch;
  readonly _result?: Result;
}

/** The ladder of a permission gate. A patch can move a verdict up, never down. */
export type Verdict = 'none' | 'allow' | 'ask' | 'defer' | 'deny';

/** Why a gate has its verdict: one entry for each tap that gave an opinion. */
export interface GateReason {
  readonly verdict: string;
  readonly reason: string;
  /** The id of the extension that gave it. */
  readonly by: string;
}

/** Text that an extension adds to the conversation, with the id of the extension. */
export interface ContextItem {
  readonly text: string;
  readonly by: string;
}

/** How a patch adds context: one text or several. */
export type ContextPatch = string | readonly string[];

interface Options<Value> {
  readonly timeout?: number;
  readonly subject?: (value: Value) => string;
  readonly pending?: string;
  readonly reverse?: boolean;
  readonly closes?: boolean;
}

/** observe: every tap is called, all at once; results are ignored. */
export function observe<Value>(options: Options<Value> = {}): HookSpec<Value, void, void> {
  return { kind: 'observe', onError: 'skip', timeout: 5_000, ...options };
}

/** stream: called synchronously on the hot path; a tap may return a promise that means "I am full, wait". */
export function stream<Value>(
  options: Options<Value> = {},
): HookSpec<Value, void | Promise<void>, Promise<void> | undefined> {
  return { kind: 'stream', onError: 'skip', timeout: 0, ...options };
}

/** sequence: one tap after the other; results are ignored. */
export function sequence<Value>(options: Options<Value> = {}): HookSpec<Value, void, void> {
  return { kind: 'sequence', onError: 'skip', timeout: 5_000, ...options };
}

/** decide: one tap after the other; the first answer that is not `undefined` wins. */
export function decide<Value, Answer>(options: Options<Value> = {}): HookSpec<Value, Answer, Answer | undefined> {
  return { kind: 'decide', onError: 'skip', timeout: 15_000, ...options };
}

/**
 * transform: one tap after the other; each returns a partial patch. Fields named in `appends` are added to a list,
 * all others replace. A field not in the value's type cannot be returned. With `denied` a tap may choose that its failure
 * takes away what it was to change; `check` throws for a patch of the wrong shape, which is a failure of the tap.
 */
export function transform<Value, Patch extends object>(
  options: Options<Value> & {
    readonly appends?: readonly (keyof Value & string)[];
    readonly denied?: (value: Value, why: string) => Patch;
    readonly check?: (patch: Patch) => void;
  } = {},
): HookSpec<Value, Patch, Value> {
  const { appends = [], check, ...rest } = options;
  return {
    kind: 'transform',
    onError: 'skip',
    timeout: 15_000,
    ...rest,
    merge(value, patch, by) {
      check?.(patch);
      return fold(value, patch, by, appends);
    },
  };
}

/**
 * gate: one tap after the other; patches can only move the verdict up its ladder. A rewrite of the question clears an
 * earlier `allow`, because that was an answer to another question. A tap that fails or is late counts as a denial
 * unless `onError` says otherwise.
 */
export function gate<Value extends { readonly verdict: string }, Patch extends object>(
  options: Options<Value> & {
    readonly ladder?: readonly string[];
    readonly rewrites?: readonly (keyof Value & string)[];
    readonly onError?: OnError;
  } = {},
): HookSpec<Value, Patch, Value> {
  const { ladder = ['none', 'allow', 'ask', 'defer', 'deny'], rewrites = [], ...rest } = options;
  return {
    kind: 'gate',
    onError: 'deny',
    timeout: 15_000,
    ...rest,
    rewrites,
    merge: (value, patch, by) => foldGate(value, patch, by, ladder, rewrites),
    denied: (_value, why) => ({ verdict: ladder.at(-1), reason: why }) as unknown as Patch,
  };
}

/**
 * The rule of a hook that an extension adds, as its manifest says it: the kind, and what of the kind's own rule is
 * different. It is plain data.
 */
export interface HookDeclaration {
  readonly kind: HookKind;
  /** Milliseconds that one tap may take; 0: only the abort signal bounds it. Default: that of the kind. */
  readonly timeout?: number;
  /** The field of the value, a text, that a tap's `match` is tested against. Without it taps may have no `match`. */
  readonly subject?: string;
  /** Gates: what a tap counts as that fails. Default: `deny`. */
  readonly onError?: OnError;
  /** Gates: the verdicts, the loosest first; a failed tap counts as the last. Default: none, allow, ask, defer, deny. */
  readonly ladder?: readonly string[];
  /** Gates: fields of the value that a patch may replace; doing so clears an `allow` of before. Default: none. */
  readonly rewrites?: readonly string[];
  /** Transforms: fields of the value that are lists, or objects, to which a patch adds. Default: none. */
  readonly appends?: readonly string[];
}

/** The rule of a hook that a manifest declares, by its kind or in full. */
export function specOf(declared: HookKind | HookDeclaration): HookSpec<unknown, unknown, unknown> {
  const { kind, timeout, subject, onError, ladder, rewrites, appends }: HookDeclaration =
    typeof declared === 'string' ? { kind: declared } : declared;
  const options = {
    ...(timeout === undefined ? {} : { timeout }),
    ...(subject === undefined
      ? {}
      : { subject: (value: unknown) => String((value as Fields | null)?.[subject] ?? '') }),
  };
  const ofGate = {
    ...(onError === undefined ? {} : { onError }),
    ...(ladder === undefined ? {} : { ladder }),
    ...(rewrites === undefined ? {} : { rewrites: rewrites as never }),
  };
  const made = {
    observe: () => observe<unknown>(options),
    stream: () => stream<unknown>(options),
    sequence: () => sequence<unknown>(options),
    decide: () => decide<unknown, unknown>(options),
    transform: () =>
      transform<object, object>({ ...options, ...(appends === undefined ? {} : { appends: appends as never }) }),
    gate: () => gate<{ readonly verdict: string }, object>({ ...options, ...ofGate }),
  }[kind]();
  return made as HookSpec<unknown, unknown, unknown>;
}

type Fields = Record<string, unknown>;

function fold<Value, Patch extends object>(
  value: Value,
  patch: Patch,
  by: TapOwner,
  appends: readonly string[],
): Value {
  const next: Fields = { ...(value as Fields) };
  const known = () => Object.keys(next).filter((key) => key !== 'session');
  for (const [key, given] of Object.entries(patch)) {
    if (given === undefined) continue;
    if (!(key in next || key === 'context' || appends.includes(key))) throw unknownField(key, known());
    if (key === 'context') next.context = addContext(next.context, given as ContextPatch, by);
    else if (appends.includes(key)) next[key] = append(next[key], given);
    else next[key] = given;
  }
  return next as Value;
}

function foldGate<Value extends { readonly verdict: string }, Patch extends object>(
  value: Value,
  patch: Patch,
  by: TapOwner,
  ladder: readonly string[],
  rewrites: readonly string[],
): Value {
  const { verdict, reason, context, ...rest } = patch as Fields & { verdict?: string; reason?: string };
  const next: Fields = { ...(value as Fields) };
  const unknown = Object.keys(rest).find((key) => rest[key] !== undefined && !rewrites.includes(key));
  if (unknown !== undefined) throw unknownField(unknown, ['verdict', 'reason', 'context', ...rewrites]);
  for (const key of rewrites) {
    if (rest[key] === undefined || rest[key] === next[key]) continue;
    next[key] = rest[key];
    if (next.verdict === 'allow') next.verdict = ladder[0];
  }
  if (context !== undefined) next.context = addContext(next.context, context as ContextPatch, by);
  if (verdict !== undefined && !ladder.includes(verdict)) {
    throw new TypeError(`its verdict ${JSON.stringify(verdict)} must be one of ${ladder.slice(1).join(', ')}`);
  }
  if (verdict !== undefined && verdict !== ladder[0]) {
    const loosens = by.stage === 'guard' && verdict === 'allow';
    if (!loosens && ladder.indexOf(verdict) > ladder.indexOf(String(next.verdict))) next.verdict = verdict;
    if ('reasons' in next) {
      next.reasons = append(next.reasons, { verdict, reason: reason ?? '', by: by.extension } satisfies GateReason);
    } else if (next.verdict === verdict && reason !== undefined) next.reason = reason;
  }
  return next as unknown as Value;
}

/** A misspelt field would otherwise be an opinion that nobody hears. */
function unknownField(key: string, known: readonly string[]): TypeError {
  return new TypeError(
    `its patch has a field ${JSON.stringify(key)}, which is not known; known are ${known.join(', ')}`,
  );
}

function addContext(now: unknown, added: ContextPatch, by: TapOwner): ContextItem[] {
  const texts = typeof added === 'string' ? [added] : added;
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== 'string')) {
    throw new TypeError('its context must be a text or a list of texts');
  }
  return [...((now as ContextItem[] | undefined) ?? []), ...texts.map((text) => ({ text, by: by.extension }))];
}

function append(now: unknown, added: unknown): unknown {
  if (Array.isArray(now) || now === undefined) {
    return [...((now as unknown[] | undefined) ?? []), ...(Array.isArray(added) ? added : [added])];
  }
  return { ...(now as object), ...(added as object) };
}
