import type { Entry, Extension, PreparedSwap } from '../plugin-api/index.ts';
import { Config, hookCatalog } from '../plugin-api/index.ts';
import { BoundedError, bounded } from '../plugin-api/lib/bounded.ts';
import { checkSchema, describeIssues } from '../plugin-api/lib/json-schema.ts';
import { type ApiWorld, type ConfigHolder, makeApi } from './api.ts';
import { KernelError, messageOf } from './errors.ts';
import { API, checkManifest } from './manifest.ts';
import type { Pending } from './pending.ts';
import { Scope } from './scope.ts';
import { alive, type Slot, slotOf, waitsOn } from './slots.ts';

/** Milliseconds that the calls into the old version of a swapped extension get to end by themselves. */
const DRAIN_LIMIT = 5_000;

/** What starting and stopping needs of the kernel. */
export interface LifecycleWorld extends ApiWorld {
  readonly pending: Pending;
  /** Milliseconds for import and setup of one extension. */
  readonly setupLimit: number;
  readonly slots: Slot[];
  providerOf(service: string): Slot | undefined;
  /** Why there is no provider. */
  whyNobody(service: string): string;
  trusted(): Promise<boolean>;
  /** Slots, their manifests or their states are others than before. */
  changed(): void;
}

/** Starts, swaps and releases extensions. */
export class Lifecycle {
  private readonly world: LifecycleWorld;

  constructor(world: LifecycleWorld) {
    this.world = world;
  }

  /** Starts an extension once; afterwards its state tells how it went. `by` is the extension that waits for it. */
  async start(slot: Slot, by?: Slot): Promise<void> {
    if (slot.state !== 'idle' && slot.state !== 'starting') return;
    if (by !== undefined && slot.state === 'starting' && waitsOn(slot, by)) return;
    slot.started ??= this.run(slot);
    const waits = by !== undefined && by.state === 'starting';
    if (waits) by.waitsFor.add(slot);
    try {
      await slot.started;
    } finally {
      if (waits) by.waitsFor.delete(slot);
    }
  }

  private async run(slot: Slot): Promise<void> {
    const { world } = this;
    const end = world.pending.begin(slot.id, 'start');
    slot.state = 'starting';
    try {
      if (slot.entry.origin.kind === 'project' && !(await world.trusted())) {
        slot.state = 'untrusted';
        slot.reason = 'it comes from a folder that is not trusted';
        world.diagnostics.report('warning', 'UNTRUSTED', slot.id, `${slot.id} is not started: ${slot.reason}`);
        return;
      }
      const scope = await this.setup(slot);
      scope.activate();
      slot.scope = scope;
      slot.state = 'active';
    } catch (error) {
      slot.state = 'failed';
      slot.reason = messageOf(error);
      slot.cause = error;
      const code = error instanceof KernelError && error.code !== 'NOT_DECLARED' ? error.code : 'SETUP_FAILED';
      const text = `${slot.id} could not be started: ${slot.reason}${withoutGuard(slot)}`;
      world.diagnostics.report('error', code, slot.id, text, error);
    } finally {
      end();
      // one that could run and now does has the same names and services; one that lay dormant takes part from now on
      if (slot.state !== 'active' || slot.entry.manifest.dormantWithout !== undefined) world.changed();
    }
  }

  /** Imports and sets up an extension. Its registrations are not in force yet; a failed setup leaves nothing behind. */
  private async setup(slot: Slot): Promise<Scope> {
    const { world } = this;
    await this.startProviders(slot);
    const began = Date.now();
    const scope = new Scope();
    try {
      const config = await this.configOf(slot, scope);
      const work = async () => {
        const loaded: unknown = await slot.entry.load();
        const extension = extensionOf(slot, loaded);
        await extension.setup(makeApi(slot, scope, config, world));
      };
      await bounded(work(), world.setupLimit);
      for (const id of slot.entry.manifest.provides ?? []) {
        if (!scope.offers(id))
          throw new KernelError('MANIFEST_BAD', slot.id, `its manifest provides ${id}, its setup does not`);
      }
      slot.startMs = Date.now() - began;
      return scope;
    } catch (error) {
      await this.dispose(slot, scope);
      if (error instanceof BoundedError) {
        throw new KernelError('SETUP_FAILED', slot.id, `import and setup took more than ${world.setupLimit} ms`);
      }
      throw error;
    }
  }

  private async startProviders(slot: Slot): Promise<void> {
    for (const id of slot.entry.manifest.requires ?? []) {
      const provider = this.world.providerOf(id);
      if (provider !== undefined) await this.start(provider, slot);
      if (provider?.state === 'active') continue;
      const why =
        provider === undefined
          ? this.world.whyNobody(id)
          : `${provider.id} did not start: ${provider.reason ?? 'it waits for this one'}`;
      throw new KernelError('MISSING_SERVICE', slot.id, `it needs ${id}, and ${why}`, provider?.cause);
    }
  }

  /** The settings, where the manifest has a schema for them, and a way to hear of new ones. */
  private async configOf(slot: Slot, scope: Scope): Promise<ConfigHolder> {
    const { config: schema } = slot.entry.manifest;
    const holder: ConfigHolder = { value: {}, listeners: new Set() };
    if (schema === undefined) return holder;
    const read = async () => {
      const provider = this.world.providerOf(Config.id);
      // the provider of settings and what it needs cannot wait for settings
      const given = provider === undefined || this.needs(provider, slot) ? {} : await this.settings(slot);
      return this.checkConfig(slot, given);
    };
    holder.value = await read();
    slot.configure = async () => {
      const next = await read();
      if (JSON.stringify(next) === JSON.stringify(holder.value)) return;
      holder.value = next;
      for (const listener of holder.listeners) await listener(next as never);
    };
    scope.own(() => {
      delete slot.configure;
    });
    return holder;
  }

  /** Tells a running extension of its new settings. One that fails at it keeps nobody else from theirs. */
  async configure(slot: Slot): Promise<void> {
    if (slot.configure === undefined) return;
    const { world } = this;
    const end = world.pending.begin(slot.id, 'new settings');
    try {
      await bounded(slot.configure(), world.setupLimit);
    } catch (error) {
      const text = `${slot.id} could not take its new settings: ${messageOf(error)}`;
      world.diagnostics.report('warning', 'BAD_CONFIG', slot.id, text, error);
    } finally {
      end();
    }
  }

  private async settings(slot: Slot): Promise<unknown> {
    const config = (await this.world.use(Config, slot)) as Config;
    return config.extension(slot.id);
  }

  private checkConfig(slot: Slot, given: unknown): unknown {
    const schema = slot.entry.manifest.config!;
    const checked = checkSchema(schema, given);
    if (checked.issues === undefined) return checked.value;
    const text = `settings extensions.${slot.id}: ${describeIssues(checked.issues)}; the defaults are used for these`;
    this.world.diagnostics.report('warning', 'BAD_CONFIG', slot.id, text);
    const wrong = new Set(checked.issues.map(({ path }) => String(path[0] ?? '')));
    const left = wrong.has('')
      ? {}
      : Object.fromEntries(Object.entries(given as object).filter(([key]) => !wrong.has(key)));
    const again = checkSchema(schema, left);
    return again.issues === undefined ? again.value : {};
  }

  /** True when `slot` is `provider` or something it is built on. */
  private needs(provider: Slot, slot: Slot, seen = new Set<Slot>()): boolean {
    if (provider === slot) return true;
    if (seen.has(provider)) return false;
    seen.add(provider);
    const { requires = [], optional = [] } = provider.entry.manifest;
    return [...requires, ...optional].some((id) => {
      const next = this.world.providerOf(id);
      return next !== undefined && this.needs(next, slot, seen);
    });
  }

  /** Starts a new version of an extension beside the running one. */
  async prepare(entry: Entry): Promise<PreparedSwap> {
    const { world } = this;
    const { id, api, provides = [], requires = [] } = entry.manifest;
    const old = world.slots.find((slot) => slot.id === id);
    if (old === undefined) throw new KernelError('MISSING_SERVICE', id, `there is no extension ${id} to replace`);
    const wrong = [...(entry.origin.kind === 'bundled' ? [] : checkManifest(entry.manifest))];
    if (api !== API) wrong.push(`api is ${JSON.stringify(api)}, this program speaks ${API}`);
    for (const service of provides) {
      const owner = world.providerOf(service);
      if (owner !== undefined && owner !== old) wrong.push(`${service} is offered by ${owner.id} already`);
    }
    for (const service of requires)
      if (world.providerOf(service) === undefined) wrong.push(`nobody provides ${service}`);
    if (wrong.length > 0) throw new KernelError('MANIFEST_BAD', id, `${id}: ${wrong.join('; ')}`);
    const fresh: Slot = { ...slotOf(entry), ordinal: old.ordinal, state: 'starting' };
    if (entry.origin.kind === 'project' && !(await world.trusted())) {
      throw new KernelError('UNTRUSTED', id, `${id} comes from a folder that is not trusted`);
    }
    const scope = await this.setup(fresh);
    return {
      commit: async () => {
        world.slots[world.slots.indexOf(old)] = fresh;
        old.scope?.deactivate();
        fresh.scope = scope;
        fresh.state = 'active';
        world.changed();
        scope.activate();
        await this.drain(old);
        old.state = 'released';
        if (old.scope !== undefined) await this.dispose(old, old.scope);
      },
      cancel: () => this.dispose(fresh, scope),
    };
  }

  private async drain(slot: Slot): Promise<void> {
    const end = Date.now() + DRAIN_LIMIT;
    while (this.world.pending.waitsFor(slot.id) && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Releases an extension, those that depend on it first. */
  async release(slot: Slot): Promise<void> {
    if (slot.state === 'starting') await slot.started;
    if (!alive(slot)) return;
    slot.state = 'released';
    const provides = slot.entry.manifest.provides ?? [];
    for (const other of [...this.world.slots].reverse()) {
      if (alive(other) && other.entry.manifest.requires?.some((id) => provides.includes(id))) await this.release(other);
    }
    slot.scope?.deactivate();
    this.world.changed();
    if (slot.scope !== undefined) await this.dispose(slot, slot.scope);
  }

  private dispose(slot: Slot, scope: Scope): Promise<void> {
    return scope.release((error) => {
      const why = error instanceof BoundedError ? 'did not end in time' : `failed: ${messageOf(error)}`;
      const text = `${slot.id}: something it made ${why} while being released`;
      this.world.diagnostics.report('warning', 'DISPOSE_FAILED', slot.id, text, error);
    });
  }
}

/** An author who meant to guard something must hear that nothing is guarded. */
function withoutGuard(slot: Slot): string {
  const { taps = [], required } = slot.entry.manifest;
  const catalog: Readonly<Record<string, { readonly kind: string; readonly onError: string }>> = hookCatalog;
  const gates = taps.filter((hook) => catalog[hook]?.kind === 'gate' && catalog[hook].onError === 'deny');
  if (gates.length === 0 || required === true) return '';
  const go = gates.length === 1 ? 'goes' : 'go';
  return `; ${gates.join(', ')} ${go} on without it, because its manifest does not say "required": true`;
}

/** Modules give an extension as their default export, or are one. */
function extensionOf(slot: Slot, loaded: unknown): Extension<never> {
  const given = (loaded as { default?: unknown } | null)?.default ?? loaded;
  if (typeof given === 'object' && given !== null && typeof (given as Extension<never>).setup === 'function') {
    return given as Extension<never>;
  }
  throw new KernelError(
    'SETUP_FAILED',
    slot.id,
    'its module has no extension as default export; write `export default defineExtension({ manifest, setup })`',
  );
}
