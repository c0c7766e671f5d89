import type { Awaitable, Disposable } from './dispose.ts';
import type { HookDeclaration, HookKind, HookSpec, Stage } from './hook-kinds.ts';
import type { HookCatalog } from './hooks/catalog.ts';
import type { JsonObject, JsonSchema } from './schema.ts';
import type { Point, Service, ServiceId } from './service.ts';
import type { SessionRef } from './session.ts';

/** The name of a hook of the catalogue, or of one that an extension added to `Hooks`. */
export type HookName = keyof HookCatalog & string;
/** What a hook is fired with. */
export type ValueOf<N extends HookName> = HookCatalog[N] extends HookSpec<infer V, infer _P, infer _R> ? V : never;
/** What a tap of a hook may return. */
export type PatchOf<N extends HookName> = HookCatalog[N] extends HookSpec<infer _V, infer P, infer _R> ? P : never;
/** What firing a hook gives. */
export type ResultOf<N extends HookName> = HookCatalog[N] extends HookSpec<infer _V, infer _P, infer R> ? R : never;
/** `stream` hooks fire synchronously and give a promise only when a tap is full; all others give a promise. */
export type FireOf<N extends HookName> = [ResultOf<N>] extends [Promise<void> | undefined]
  ? ResultOf<N>
  : Promise<ResultOf<N>>;

/** Starts an extension without anybody using a name of it: with the program, or once it is idle. */
export type Trigger = 'startup' | 'idle';

/** A name an extension contributes to a point, with data that readers may use without loading the extension. */
export type Declared = string | DeclaredItem;
export interface DeclaredItem {
  /** A name, or a pattern with one `*` such as `mcp__*`, for items whose names are found at run time. */
  readonly name: string;
  readonly description?: string;
  readonly [field: string]: unknown;
}

/** What is known of an extension before any of its code runs. It is plain data. */
export interface Manifest {
  /** `builtin-tools`, `@acme/deploy`. */
  readonly id: string;
  readonly version: string;
  /** The major version of the plugin API. */
  readonly api: 1;
  readonly description?: string;
  /** Hooks it taps; the first firing of one starts the extension. A tap on any other hook is refused. */
  readonly taps?: readonly HookName[];
  /** Hooks it fires; firing any other is refused. */
  readonly fires?: readonly HookName[];
  readonly provides?: readonly ServiceId[];
  /** Services it cannot work without. With no provider it is not started, and says so. */
  readonly requires?: readonly ServiceId[];
  /** Services it uses where there are any. */
  readonly optional?: readonly ServiceId[];
  /** Extensions that come first, where they are present. */
  readonly after?: readonly string[];
  readonly activate?: readonly Trigger[];
  /**
   * What it lives on: points, by id, and things outside of the program. While no other extension declares a name in one of
   * the points, and none of the things is there, its taps do not start it. For a reader of what most sessions leave empty.
   * A thing is `user:<path>` (below the user's folder), `project:<path>` (below the project's settings folder),
   * `above:<path>` (the same, or in a folder above, up to the top of the repository), `managed:<path>` (below the
   * administrator's folder), `flag:--name` (on the command line) or `env:NAME` (a variable that is set).
   */
  readonly dormantWithout?: readonly string[];
  /** Point id to names. */
  readonly contributes?: Readonly<Record<string, readonly Declared[]>>;
  /** What it takes over from others: a name (`tools:Read`), a service (`service:processes@1`), or all of one (`extension:permissions`). */
  readonly replaces?: readonly `${string}:${string}`[];
  /**
   * A guard: while it is not running, the gates it taps deny, and results that it was to change (PostToolUse) are
   * withheld. Not honoured for extensions of a project.
   */
  readonly required?: boolean;
  /** The schema of its settings, which stand under `extensions.<id>`. */
  readonly config?: JsonSchema;
  /** Claims shown to the user. They are not a sandbox. */
  readonly capabilities?: readonly ('network' | 'process' | 'fs-write' | 'secrets')[];
  /** Hooks that it adds, by name: the kind, or the whole rule. Declare their types by merging into `Hooks`. */
  readonly hooks?: Readonly<Record<string, HookKind | HookDeclaration>>;
}

export interface TapOptions {
  /** Default: `normal`. */
  readonly stage?: Stage;
  /**
   * Calls the tap only when the hook's subject (a tool name for example) fits: equal to a string, or a RegExp's match.
   * Refused where the hook has no subject, as those that extensions add.
   */
  readonly match?: string | RegExp;
  /** Milliseconds; default: the hook's own limit. 0: only the abort signal bounds it. */
  readonly timeout?: number;
  /**
   * `deny`: when the tap fails or is late, what it was to change is withheld, and it is never left out. For what must not
   * pass as it is, such as secrets in results. Only for hooks that can withhold: PostToolUse and PostToolUseFailure; gates
   * do by themselves.
   */
  readonly onError?: 'deny';
  /** Calls the tap only for this session and its subagents, and removes it with the session. */
  readonly session?: SessionRef;
}

export interface TapContext {
  /** Aborts on time-out, on interrupt, and when the extension is released. */
  readonly signal: AbortSignal;
}

/** A function that takes part in a hook. `undefined` means no opinion. */
export type TapFn<N extends HookName> = (
  value: ValueOf<N>,
  context: TapContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: a tap without a return statement is a tap without an opinion
) => Awaitable<PatchOf<N> | undefined | void>;

export interface HookHandle<N extends HookName> {
  tap(fn: TapFn<N>): Disposable;
  tap(options: TapOptions, fn: TapFn<N>): Disposable;
  /** Calls the taps, after starting the extensions that declared one. Refused unless the manifest lists the hook in `fires`. */
  fire(value: ValueOf<N>): FireOf<N>;
  /**
   * True when the failure of a tap counts as a denial: one with `onError: 'deny'`, of a gate that fails closed, or of a
   * required extension that does not run. Who fires such a hook and cannot wait for the result must not use the value as
   * it was.
   */
  readonly withholds: boolean;
  /** True when no extension taps or declares this hook, so that building an expensive value can be skipped. */
  readonly idle: boolean;
  /** True when nobody would see a value with this subject now: the `match` of every tap leaves it out. */
  idleFor(subject: string): boolean;
}

/** Where an extension writes what a user or author may need to know. Nothing of it goes to stdout. */
export interface Log {
  debug(message: string, data?: unknown): void;
  info(message: string, data?: unknown): void;
  warn(message: string, data?: unknown): void;
  error(message: string, data?: unknown): void;
}

/** Where an extension keeps things that survive a restart. */
export interface PluginData {
  /** An existing folder of its own. */
  folder(): Promise<string>;
  /** A small JSON value kept under `key`, or `undefined`. */
  get(key: string): Promise<unknown>;
  /** Keeps a small JSON value; `undefined` removes it. */
  set(key: string, value: unknown): Promise<void>;
}

/** All that an extension can do. A built-in gets the same object as a third party's. */
export interface ExtensionApi<Config = JsonObject> {
  readonly id: string;
  /** Its settings, checked against the manifest's schema, with the schema's defaults filled in. */
  readonly config: Config;
  /** Called with the new settings after a change. */
  onConfig(fn: (next: Config) => Awaitable<void>): Disposable;
  readonly log: Log;
  /** Aborts when the extension is released. */
  readonly signal: AbortSignal;
  readonly data: PluginData;
  readonly hooks: { readonly [N in HookName]: HookHandle<N> };
  /** Offers a service that the manifest lists in `provides`. */
  provide<T>(token: Service<T>, value: T): Disposable;
  /**
   * Gives a service, starting its provider. The object stays valid when the provider is swapped.
   * @throws KernelError NO_SERVICE when nobody provides it, NOT_DECLARED when the manifest does not list it.
   */
  use<T>(token: Service<T>): Promise<T>;
  /** True when somebody provides the service, running or not. */
  has(token: Service<unknown>): boolean;
  /** Gives a service if its provider is already running. */
  maybe<T>(token: Service<T>): T | undefined;
  /** Adds an item to a point. Its name must be declared in `contributes`, or fit a declared pattern. */
  add<T>(to: Point<T>, item: T): Disposable;
  /** The names and data that manifests declare for a point, in order; runs nobody's code. */
  declared(of: Point<never>): readonly (DeclaredItem & { readonly owner: string })[];
  /** The item of a name, starting its owner. A name without an owner of its own may fit a pattern. */
  item<T>(of: Point<T>, name: string): Promise<T | undefined>;
  /** All items of a point, starting all owners; those that fail to start are left out (and have a diagnostic). */
  items<T>(of: Point<T>): Promise<readonly T[]>;
  /** Ties something to the life of the extension; undone in reverse order. */
  own(resource: Disposable | (() => Awaitable<void>)): void;
}

/** An extension: data and one function. Importing it has no effect. */
export interface Extension<Config = JsonObject> {
  readonly manifest: Manifest;
  setup(api: ExtensionApi<Config>): Awaitable<void>;
}

/** Where an extension comes from, which decides what it may do before the folder is trusted. */
export interface Origin {
  readonly kind: 'bundled' | 'user' | 'project';
  /** The file or folder. */
  readonly path?: string;
}

/** An extension that is known but not loaded. */
export interface Entry {
  readonly manifest: Manifest;
  readonly origin: Origin;
  load(): Promise<Extension<never>>;
}

/** Types an extension. `export default defineExtension({ manifest, setup(api) { … } })`. */
export function defineExtension<Config = JsonObject>(extension: Extension<Config>): Extension<Config> {
  return extension;
}
