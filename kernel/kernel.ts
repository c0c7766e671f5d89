import type {
  DeclaredItem,
  Diagnostic,
  Disposable,
  Entry,
  Extensions,
  FireOf,
  HookName,
  PluginData,
  Point,
  Service,
  SessionRef,
  TapFn,
  TapOptions,
  Trial,
  ValueOf,
} from '../plugin-api/index.ts';
import { Extensions as ExtensionsToken, hookCatalog, specOf } from '../plugin-api/index.ts';
import { clock } from '../plugin-api/lib/clock.ts';
import { nearest } from '../plugin-api/lib/nearest.ts';
import { Diagnostics } from './diagnostics.ts';
import { KernelError } from './errors.ts';
import { HookRunner, loadEngine } from './hook.ts';
import { Lifecycle, type LifecycleWorld } from './lifecycle.ts';
import { checkManifest } from './manifest.ts';
import { memo } from './memo.ts';
import { Names } from './names.ts';
import { Pending } from './pending.ts';
import { Points } from './points.ts';
import { providersOf, resolve } from './resolve.ts';
import { Scope } from './scope.ts';
import { Services } from './services.ts';
import { alive, type Slot, slotOf } from './slots.ts';
import { TrustGate } from './trust.ts';
import { Unmade } from './unmade.ts';

/** Values that may wait for the extensions that declared a stream hook; more are dropped, with a diagnostic. */
const QUEUE_LIMIT = 100_000;

export interface KernelOptions {
  /** In the order that decides between equals. */
  readonly entries: readonly Entry[];
  /** The folder whose own extensions need trust. Default: none. */
  readonly projectDir?: string;
  /** Folders that ExtensionDiscovery taps look into. */
  readonly discoveryDirs?: readonly string[];
  /** True when something is there that `dormantWithout` of a manifest names with a colon. Default: everything is there. */
  readonly present?: (what: string) => boolean;
  /** Where extensions keep things; default: in memory. */
  readonly dataFor?: (id: string) => PluginData;
  /** Milliseconds for import and setup of one extension; default 10,000. */
  readonly setupLimit?: number;
  /** Also says of bundled extensions what they declared and did not make. Default: of all others only. */
  readonly thorough?: boolean;
  /** Told of every diagnostic at once. */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
}

type Declarations = readonly (DeclaredItem & { readonly owner: string })[];

/** Runs extensions: hooks, services, points, and the lives of those who offer them. */
export interface Kernel {
  /** Discovers more extensions, fires AppStart, and starts what asks to start with the program. */
  start(app: { readonly mode: string; readonly argv: readonly string[] }): Promise<void>;
  /** Starts what asks to start once the program is idle. */
  idle(): Promise<void>;
  /** Fires any hook. */
  fire<N extends HookName>(hook: N, value: ValueOf<N>): FireOf<N>;
  use<T>(token: Service<T>): Promise<T>;
  maybe<T>(token: Service<T>): T | undefined;
  has(token: Service<unknown>): boolean;
  item<T>(of: Point<T>, name: string): Promise<T | undefined>;
  items<T>(of: Point<T>): Promise<readonly T[]>;
  declared(of: Point<never>): readonly (DeclaredItem & { readonly owner: string })[];
  readonly extensions: Extensions;
  /** The extension that was entered last, and when (milliseconds since the epoch), for a monitor of blocked event loops. */
  readonly lastEntered: { readonly extension: string; readonly hook: string; readonly at: number };
  report: Diagnostics['report'];
  /** Fires AppExit and releases everything in reverse. Each step is bounded. */
  exit(how: { readonly code: number; readonly reason: string }): Promise<void>;
}

/** Makes a kernel. No code of an extension runs before something is fired, used or started. */
export function createKernel(options: KernelOptions): Kernel {
  return new KernelImpl(options);
}

class KernelImpl implements Kernel, LifecycleWorld {
  readonly diagnostics: Diagnostics;
  readonly pending = new Pending();
  readonly slots: Slot[] = [];
  readonly setupLimit: number;
  readonly extensions: Extensions;
  lastEntered = { extension: 'kernel', hook: '', at: 0 };
  private readonly options: KernelOptions;
  private readonly hooks = new Map<string, HookRunner>();
  private readonly services = new Services((id) => this.providerOf(id));
  private readonly names: Names;
  private readonly points: Points;
  private readonly lifecycle: Lifecycle;
  private readonly trust: TrustGate;
  private readonly unmade: Unmade;
  private readonly queues = new Map<string, { readonly values: unknown[]; readonly done: Promise<void> }>();
  private readonly memory = new Map<string, PluginData>();
  private providers: ReadonlyMap<string, Slot> | undefined;
  private owners = new Map<string, readonly Slot[]>();
  private settled = new Set<string>();
  private changedPoints: Map<string, Set<string>> | undefined;
  private readonly declarations = new Map<string, { readonly version: number; readonly list: Declarations }>();

  constructor(options: KernelOptions) {
    this.options = options;
    this.setupLimit = options.setupLimit ?? 10_000;
    this.diagnostics = new Diagnostics((diagnostic) => {
      options.onDiagnostic?.(diagnostic);
      if (!this.hookIdle('Diagnostic')) void this.fire('Diagnostic', diagnostic);
    });
    this.names = new Names(() => this.slots, this.diagnostics);
    this.points = new Points(this.names, (point, name) => this.pointChanged(point, name));
    this.lifecycle = new Lifecycle(this);
    this.trust = new TrustGate(
      options.projectDir,
      () => this.slots,
      (value) => this.fire('ProjectTrust', value),
    );
    this.unmade = new Unmade(
      {
        slots: this.slots,
        hasTap: (hook, slot) => this.hooks.get(hook)?.hasTapOf(slot) === true,
        kindOf: (hook) => this.hooks.get(hook)?.spec.kind ?? '',
        hasItem: (point, slot, name) => this.points.find(point, slot, name, name) !== undefined,
        knownPoints: () => this.names.known(),
        report: (...args) => this.report(...args),
      },
      options.thorough === true,
    );
    for (const [name, spec] of Object.entries(hookCatalog)) this.hooks.set(name, this.runner(name, spec));
    const kernel = this.ownSlot();
    this.extensions = this.extensionsService();
    this.services.provide(kernel, ExtensionsToken.id, this.extensions);
    this.hooks
      .get('ConfigChange')!
      .tap(kernel, kernel.scope!, { stage: 'early', timeout: 0 }, () => this.reconfigure());
    this.admit(options.entries);
  }

  // ------------------------------------------------------------------ hooks

  fire<N extends HookName>(name: N, value: ValueOf<N>, by?: Slot): FireOf<N> {
    const runner = this.hooks.get(name);
    if (runner === undefined) {
      const near = nearest(name, this.hooks.keys());
      throw new KernelError(
        'NO_HOOK',
        by?.id ?? 'kernel',
        `there is no hook ${name}${near === undefined ? '; an extension adds one with `hooks` in its manifest' : `; did you mean ${near}?`}`,
      );
    }
    if (runner.spec.kind === 'stream') return this.stream(name, runner, value, by) as FireOf<N>;
    return this.runHook(name, runner, value, by) as FireOf<N>;
  }

  private async runHook(name: string, runner: HookRunner, value: unknown, by?: Slot): Promise<unknown> {
    if (!this.settled.has(name)) {
      const first = this.starting(name, by);
      await this.startOwners(name, by);
      // their failure was said just now
      for (const slot of first) if (slot.state === 'failed') this.isNews(slot, name, value);
    }
    let given = value;
    if (runner.canWithhold) {
      for (const slot of this.ownersOf(name)) {
        if (!isGuard(slot)) {
          if (slot.state === 'failed' && runner.spec.kind === 'gate' && this.isNews(slot, name, value)) {
            const text = `${slot.id} does not run (${slot.reason}); in this session, too, ${name} goes on without it`;
            this.report('warning', 'SETUP_FAILED', slot.id, text);
          }
          continue;
        }
        if (slot.state === 'active' && runner.hasTapOf(slot)) continue;
        const state =
          slot.state === 'active' ? 'it made no tap, although its manifest declares one' : (slot.reason ?? slot.state);
        const why = `${slot.id} must agree and is not running (${state})`;
        given = runner.spec.merge?.(given, runner.spec.denied?.(given, why), { extension: slot.id, stage: 'guard' });
      }
    }
    const result = await runner.run(given);
    if (runner.spec.closes) this.closeSession((value as { session?: SessionRef }).session);
    return result;
  }

  /** False from the second time on that the session of a value is told of an extension that its hook has to do without. */
  private isNews(slot: Slot, hook: string, value: unknown): boolean {
    let root = (value as { session?: SessionRef } | null)?.session;
    while (root?.parent !== undefined) root = root.parent;
    if (root === undefined) return false;
    const told = root.state('kernel.unguarded', () => new Set<string>());
    return told.size < told.add(`${slot.id} ${hook}`).size;
  }

  /** Fires at once when all extensions that declared a tap run; until then values wait in order. */
  private stream(name: string, runner: HookRunner, value: unknown, by?: Slot): Promise<void> | undefined {
    const queue = this.queues.get(name);
    if (queue !== undefined) {
      if (queue.values.length < QUEUE_LIMIT) queue.values.push(value);
      else if (queue.values.length === QUEUE_LIMIT) {
        queue.values.push(value);
        this.report(
          'error',
          'HOOK_FAILED',
          'kernel',
          `${name}: more than ${QUEUE_LIMIT} values wait for an extension to start; the rest is dropped`,
        );
      }
      return queue.done;
    }
    if (this.settled.has(name)) return runner.call(value);
    if (runner.size === 0 && this.starting(name, by).length === 0) return undefined;
    const values = [value];
    const done = (async () => {
      await this.startOwners(name, by);
      try {
        for (let next = values.shift(); next !== undefined; next = values.shift()) await runner.call(next);
      } finally {
        this.queues.delete(name);
      }
    })();
    this.queues.set(name, { values, done });
    return done;
  }

  private ownersOf(hook: string): readonly Slot[] {
    return memo(this.owners, hook, () =>
      this.slots
        .filter(({ entry: { manifest, origin } }) => {
          if (manifest.taps?.includes(hook as HookName) !== true) return false;
          return hook !== 'ProjectTrust' || origin.kind !== 'project';
        })
        .filter((slot) => !this.dormant(slot)),
    );
  }

  /** True for an extension that does not run and has nothing to live on: the points and places it reads are empty. */
  private dormant(slot: Slot): boolean {
    const { dormantWithout } = slot.entry.manifest;
    if (dormantWithout === undefined || slot.state !== 'idle') return false;
    return !dormantWithout.some((what) => {
      if (what.includes(':')) return this.options.present?.(what) ?? true;
      return this.names.view(what).some((one) => one.slot !== slot);
    });
  }

  private starting(hook: string, by?: Slot): readonly Slot[] {
    return this.ownersOf(hook).filter((slot) => slot !== by && (slot.state === 'idle' || slot.state === 'starting'));
  }

  private async startOwners(hook: string, by?: Slot): Promise<void> {
    await Promise.all([loadEngine(), ...this.starting(hook, by).map((slot) => this.lifecycle.start(slot, by))]);
    if (this.ownersOf(hook).some((slot) => slot.state === 'idle' || slot.state === 'starting')) return;
    this.settled.add(hook);
    this.unmade.lookAtTaps(hook, this.ownersOf(hook));
  }

  private closeSession(session: SessionRef | undefined): void {
    if (session === undefined) return;
    for (const runner of this.hooks.values()) runner.closeSession(session);
  }

  hookIdle(name: string): boolean {
    const runner = this.hooks.get(name);
    return (
      runner === undefined || (runner.size === 0 && !this.ownersOf(name).some((slot) => alive(slot) || isGuard(slot)))
    );
  }

  hookIdleFor(name: string, subject: string): boolean {
    if (this.hookIdle(name)) return true;
    // those that have not started yet may want to see it
    return this.starting(name).length === 0 && !this.hooks.get(name)!.hears(subject);
  }

  hookWithholds(name: string): boolean {
    const runner = this.hooks.get(name);
    if (runner?.canWithhold !== true) return false;
    if (runner.withholds || this.starting(name).length > 0) return true;
    return this.ownersOf(name).some((slot) => isGuard(slot) && !(slot.state === 'active' && runner.hasTapOf(slot)));
  }

  tap(slot: Slot, scope: Scope, name: string, options: TapOptions, fn: TapFn<never>): Disposable {
    const runner = this.hooks.get(name);
    if (runner === undefined)
      throw new KernelError('NO_HOOK', slot.id, `${slot.id} taps ${name}, which no extension adds`);
    return scope.register(() => runner.tap(slot, scope, options, fn as never));
  }

  private runner(name: string, spec: HookRunner['spec']): HookRunner {
    return new HookRunner(name, spec, {
      diagnostics: this.diagnostics,
      pending: this.pending,
      entered: (extension, hook) => {
        const { lastEntered } = this;
        lastEntered.extension = extension;
        lastEntered.hook = hook;
        lastEntered.at = Date.now();
      },
    });
  }

  // --------------------------------------------------- services and points

  provide(slot: Slot, scope: Scope, token: Service<unknown>, value: object): Disposable {
    scope.offer(token.id);
    return scope.register(() => this.services.provide(slot, token.id, value));
  }

  async use<T>(token: Service<T>, by?: Slot): Promise<T & object> {
    const { id } = token;
    if (!this.services.has(id)) {
      const provider = this.providerOf(id);
      if (provider === undefined) {
        throw new KernelError('NO_SERVICE', by?.id ?? 'kernel', `${id} is not available: ${this.whyNobody(id)}`);
      }
      await this.lifecycle.start(provider, by);
      if (!this.services.has(id)) {
        const why =
          provider.reason ?? (provider.state === 'starting' ? 'it waits for the one that asks' : provider.state);
        throw new KernelError(
          'NO_SERVICE',
          by?.id ?? 'kernel',
          `${id} is not available: its provider ${provider.id} did not start (${why})`,
          provider.cause,
        );
      }
    }
    return this.services.forwarder(id) as T & object;
  }

  maybe<T>(token: Service<T>): (T & object) | undefined {
    return this.services.has(token.id) ? (this.services.forwarder(token.id) as T & object) : undefined;
  }

  has(token: Service<unknown>): boolean {
    return this.services.has(token.id) || this.providerOf(token.id) !== undefined;
  }

  providerOf(service: string): Slot | undefined {
    this.providers ??= providersOf(this.slots);
    return this.providers.get(service);
  }

  whyNobody(service: string): string {
    const dead = this.slots.find(({ entry }) => entry.manifest.provides?.includes(service as never));
    return dead === undefined
      ? 'no extension provides it'
      : `its provider ${dead.id} is not running (${dead.reason ?? dead.state})`;
  }

  add(slot: Slot, scope: Scope, to: Point<unknown>, item: unknown): Disposable {
    try {
      this.points.check(slot, to, item);
    } catch (error) {
      if (error instanceof KernelError) this.diagnostics.error(error);
      throw error;
    }
    return scope.register(() => this.points.add(slot, to, item));
  }

  declared(of: Point<never>): Declarations {
    this.names.learn(of);
    const { version } = this.names;
    const kept = this.declarations.get(of.id);
    // readers ask at every turn, and there may be thousands
    if (kept?.version === version) return kept.list;
    const list = this.names
      .view(of.id)
      .filter((one) => !one.replaced)
      .map(({ slot, declared, name }) => {
        const known = declared.name === name && declared.owner === slot.id;
        return known ? (declared as Declarations[number]) : { ...declared, name, owner: slot.id };
      });
    this.declarations.set(of.id, { version, list });
    return list;
  }

  async item<T>(of: Point<T>, name: string, by?: Slot): Promise<T | undefined> {
    this.names.learn(of as Point<never>);
    for (const match of this.names.matches(of.id, name)) {
      await this.lifecycle.start(match.slot, by);
      const item = this.points.find(of.id, match.slot, name, match.declared.name);
      if (item !== undefined) return item as T;
      if (match.name === name) this.unmade.lookAtItem(of.id, match.slot, match.declared.name);
    }
    return undefined;
  }

  async items<T>(of: Point<T>, by?: Slot): Promise<readonly T[]> {
    this.names.learn(of as Point<never>);
    const owners = new Set(this.names.view(of.id).map(({ slot }) => slot));
    await Promise.all([...owners].map((slot) => this.lifecycle.start(slot, by)));
    return this.points.all(of.id) as readonly T[];
  }

  private pointChanged(point: string, name: string): void {
    if (this.hookIdle('PointChanged')) return;
    if (this.changedPoints === undefined) {
      this.changedPoints = new Map();
      queueMicrotask(() => {
        const changed = this.changedPoints ?? new Map<string, Set<string>>();
        this.changedPoints = undefined;
        for (const [id, names] of changed) void this.fire('PointChanged', { point: id, names: [...names] });
      });
    }
    const names = this.changedPoints.get(point) ?? new Set();
    this.changedPoints.set(point, names.add(name));
  }

  // -------------------------------------------------------------- lifecycle

  async start(app: { readonly mode: string; readonly argv: readonly string[] }): Promise<void> {
    if (!this.hookIdle('ExtensionDiscovery')) {
      const found = await this.fire('ExtensionDiscovery', { dirs: this.options.discoveryDirs ?? [], entries: [] });
      this.admit(found.entries);
    }
    if (!this.hookIdle('AppStart')) await this.fire('AppStart', app);
    await this.trigger('startup');
  }

  idle(): Promise<void> {
    return this.trigger('idle');
  }

  private async trigger(trigger: 'startup' | 'idle'): Promise<void> {
    const slots = this.slots.filter((slot) => slot.entry.manifest.activate?.includes(trigger));
    await Promise.all(slots.map((slot) => this.lifecycle.start(slot)));
  }

  async exit(how: { readonly code: number; readonly reason: string }): Promise<void> {
    // only those that run are told; starting an extension to tell it that all is over would be waste
    await this.hooks.get('AppExit')!.run(how);
    for (const slot of [...this.slots].reverse()) if (slot.state !== 'idle') await this.lifecycle.release(slot);
  }

  trusted(): Promise<boolean> {
    return this.trust.trusted();
  }

  dataFor(id: string): PluginData {
    if (this.options.dataFor !== undefined) return this.options.dataFor(id);
    return memo(this.memory, id, () => memoryData(id));
  }

  report(...args: Parameters<Diagnostics['report']>): void {
    this.diagnostics.report(...args);
  }

  changed(): void {
    this.providers = undefined;
    this.owners.clear();
    this.settled.clear();
    this.names.reserve();
  }

  private admit(entries: readonly Entry[]): void {
    const { slots, problems } = resolve(entries, this.slots);
    const stays = this.slots.filter((old) => !slots.some(({ id }) => id === old.id));
    this.slots.splice(0, this.slots.length, ...stays, ...slots);
    for (const slot of slots) {
      for (const [name, declared] of Object.entries(slot.entry.manifest.hooks ?? {})) {
        if (!this.hooks.has(name)) this.hooks.set(name, this.runner(name, specOf(declared)));
      }
    }
    this.changed();
    for (const problem of problems) this.diagnostics.error(problem);
    this.unmade.lookAtManifests(slots);
  }

  private async reconfigure(): Promise<void> {
    await Promise.all(this.slots.map((slot) => this.lifecycle.configure(slot)));
  }

  private async trial(entries: readonly Entry[]): Promise<Trial> {
    const began = clock();
    const { setupLimit } = this;
    const kernel = new KernelImpl({ entries, setupLimit });
    await kernel.start({ mode: 'trial', argv: [] });
    return {
      extensions: kernel.extensions,
      startMs: clock() - began,
      fire: (hook, value) => kernel.fire(hook, value),
      item: (of, name) => kernel.item(of, name),
      close: () => kernel.exit({ code: 0, reason: 'the trial is over' }),
    };
  }

  /** The kernel takes part in its own order as the first extension. */
  private ownSlot(): Slot {
    const manifest = { id: 'kernel', version: '0', api: 1, provides: [ExtensionsToken.id] } as const;
    const slot: Slot = {
      ...slotOf({
        manifest,
        origin: { kind: 'bundled' },
        load: () => Promise.reject(new Error('the kernel is running')),
      }),
      ordinal: 0,
      state: 'active',
      scope: new Scope(),
    };
    slot.scope!.activate();
    this.slots.push(slot);
    return slot;
  }

  private extensionsService(): Extensions {
    const others = () => this.slots.filter((slot) => slot.id !== 'kernel');
    const slotOfId = (id: string) => {
      const slot = others().find((one) => one.id === id);
      if (slot === undefined) throw new KernelError('NO_SERVICE', id, `there is no extension ${id}`);
      return slot;
    };
    return {
      list: () =>
        others().map(({ entry, state, reason, startMs, ordinal }) => ({
          manifest: entry.manifest,
          origin: entry.origin,
          state,
          ordinal,
          ...(reason === undefined ? {} : { reason }),
          ...(startMs === undefined ? {} : { startMs }),
        })),
      names: () => this.names.list(),
      profile: () =>
        [...this.hooks.values()]
          .flatMap((runner) => runner.profiles())
          .filter(({ extension }) => extension !== 'kernel'),
      pending: () => this.pending.list(),
      diagnostics: () => this.diagnostics.list(),
      pendingHooks: () =>
        [...this.hooks.values()].filter(({ spec }) => spec.pending !== undefined).map(({ name }) => name),
      check: () => [
        ...others().flatMap(({ id, entry: { manifest } }) =>
          checkManifest(manifest).map((message) => ({ extension: id, message })),
        ),
        ...this.unmade.list(),
      ],
      add: async (entries) => this.admit(entries),
      start: async (id) => this.lifecycle.start(slotOfId(id)),
      prepare: (entry) => this.lifecycle.prepare(entry),
      release: async (id) => this.lifecycle.release(slotOfId(id)),
      trial: ({ entries, beside = [] }) => this.trial([...beside.map((id) => slotOfId(id).entry), ...entries]),
    };
  }
}

/** A guard that a project brings along could lock the user out; only others may be required. */
function isGuard(slot: Slot): boolean {
  return slot.entry.manifest.required === true && slot.entry.origin.kind !== 'project';
}

function memoryData(id: string): PluginData {
  const values = new Map<string, unknown>();
  return {
    folder: () => Promise.reject(new Error(`${id} has no folder: this kernel keeps data in memory only`)),
    get: async (key) => values.get(key),
    set: async (key, value) => void (value === undefined ? values.delete(key) : values.set(key, value)),
  };
}
