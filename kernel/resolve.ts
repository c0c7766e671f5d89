import type { Entry } from '../plugin-api/index.ts';
import { KernelError } from './errors.ts';
import { API, checkManifest } from './manifest.ts';
import { type Slot, slotOf } from './slots.ts';

/** The outcome of putting extensions in order. */
export interface Resolution {
  /** All slots, providers before users. Their place is their ordinal. */
  readonly slots: readonly Slot[];
  readonly problems: readonly KernelError[];
}

/**
 * Puts extensions in order: providers before users, then `after`, then list order. Those that cannot run keep their
 * place, marked `unmet` or `failed`.
 */
export function resolve(entries: readonly Entry[], present: readonly Slot[] = []): Resolution {
  const problems: KernelError[] = [];
  const refuse = (slot: Slot, state: 'failed' | 'unmet', error: KernelError) => {
    slot.state = state;
    slot.reason = error.message;
    problems.push(error);
  };
  const slots = admit(entries, present, problems);
  const all = [...present, ...slots];
  refuseDuplicateProviders(all, slots, refuse);
  const providers = providersOf(all);
  const order = sort(slots, all, providers, refuse);
  refuseUnmet(order, all, refuse);
  order.forEach((slot, index) => {
    slot.ordinal = present.length + index;
  });
  return { slots: order, problems };
}

/** The provider of each service, among slots that can run. */
export function providersOf(slots: readonly Slot[]): ReadonlyMap<string, Slot> {
  const providers = new Map<string, Slot>();
  for (const slot of slots) {
    if (slot.state === 'failed' || slot.state === 'unmet') continue;
    for (const id of slot.entry.manifest.provides ?? []) if (!providers.has(id)) providers.set(id, slot);
  }
  return providers;
}

type Refuse = (slot: Slot, state: 'failed' | 'unmet', error: KernelError) => void;

function admit(entries: readonly Entry[], present: readonly Slot[], problems: KernelError[]): Slot[] {
  const taken = new Map(present.map((slot) => [slot.id, slot]));
  const replaced = new Set<string>();
  for (const { manifest, origin } of entries) {
    if (origin.kind === 'project') continue;
    for (const name of manifest.replaces ?? []) {
      if (name.startsWith('extension:')) replaced.add(name.slice('extension:'.length));
    }
  }
  const slots: Slot[] = [];
  // what a project brings along comes last, so that it can take no id and no service from others
  const fromProject = ({ origin }: Entry) => (origin.kind === 'project' ? 1 : 0);
  for (const entry of [...entries].sort((a, b) => fromProject(a) - fromProject(b))) {
    const { manifest, origin } = entry;
    if (origin.kind !== 'bundled') {
      const where = origin.path === undefined ? '' : ` (${origin.path})`;
      const api: unknown = (manifest as { api?: unknown } | null)?.api;
      const wrong = checkManifest(manifest);
      const id = typeof manifest?.id === 'string' ? manifest.id : (origin.path ?? 'an extension without id');
      if (wrong.length > 0) {
        problems.push(new KernelError('MANIFEST_BAD', id, `${id}${where}: ${wrong.join('; ')}`));
        continue;
      }
      if (api !== API) {
        const text = `${id}${where}: api is ${JSON.stringify(api)}, this program speaks ${API}; look for another version of it`;
        problems.push(new KernelError('API_MISMATCH', id, text));
        continue;
      }
    }
    if (replaced.has(manifest.id)) continue;
    if (taken.has(manifest.id)) {
      const text = `${manifest.id} is there twice; the second one${origin.path === undefined ? '' : ` (${origin.path})`} is ignored`;
      problems.push(new KernelError('DUPLICATE_ID', manifest.id, text));
      continue;
    }
    const slot = slotOf(entry);
    taken.set(manifest.id, slot);
    slots.push(slot);
  }
  return slots;
}

function refuseDuplicateProviders(all: readonly Slot[], fresh: readonly Slot[], refuse: Refuse): void {
  const owners = new Map<string, Slot>();
  for (const slot of all) {
    for (const id of slot.entry.manifest.provides ?? []) {
      const owner = owners.get(id);
      if (owner === undefined || owner === slot) owners.set(id, slot);
      else if (fresh.includes(slot)) {
        const text = `${slot.id} offers ${id}, which ${owner.id} already offers; remove one, or let it replace "extension:${owner.id}"`;
        refuse(slot, 'failed', new KernelError('DUPLICATE_PROVIDER', slot.id, text));
        break;
      }
    }
  }
}

function sort(
  slots: readonly Slot[],
  all: readonly Slot[],
  providers: ReadonlyMap<string, Slot>,
  refuse: Refuse,
): Slot[] {
  const byId = new Map(all.map((slot) => [slot.id, slot]));
  const order: Slot[] = [];
  const done = new Set<Slot>(all.filter((slot) => !slots.includes(slot)));
  const visit = (slot: Slot, path: readonly Slot[]): void => {
    if (done.has(slot)) return;
    const { requires = [], optional = [], after = [] } = slot.entry.manifest;
    for (const id of requires) {
      const provider = providers.get(id);
      if (provider === undefined || provider === slot || done.has(provider)) continue;
      const at = path.indexOf(provider);
      if (at < 0) visit(provider, [...path, provider]);
      else if (slot.state === 'idle') {
        const circle = [...path.slice(at), provider];
        const names = circle.map((one) => one.id).join(' -> ');
        for (const one of new Set(circle)) {
          if (one.state !== 'idle') continue;
          refuse(one, 'failed', new KernelError('CYCLE', one.id, `${names} need one another; none of them is started`));
        }
      }
    }
    for (const next of [...optional.map((id) => providers.get(id)), ...after.map((id) => byId.get(id))]) {
      if (next !== undefined && !path.includes(next)) visit(next, [...path, next]);
    }
    if (done.has(slot)) return;
    done.add(slot);
    order.push(slot);
  };
  for (const slot of slots) visit(slot, [slot]);
  return order;
}

function refuseUnmet(order: readonly Slot[], all: readonly Slot[], refuse: Refuse): void {
  for (let changed = true; changed; ) {
    changed = false;
    const providers = providersOf(all);
    for (const slot of order) {
      if (slot.state !== 'idle') continue;
      const missing = (slot.entry.manifest.requires ?? []).filter((id) => !providers.has(id));
      if (missing.length === 0) continue;
      const broken = missing.flatMap((id) =>
        all.filter((one) => one.entry.manifest.provides?.includes(id as never)).map((one) => one.id),
      );
      const why = broken.length === 0 ? 'no extension provides it' : `its provider ${broken.join(', ')} cannot run`;
      const text = `${slot.id} needs ${missing.join(', ')}, and ${why}`;
      refuse(slot, 'unmet', new KernelError('MISSING_SERVICE', slot.id, text));
      changed = true;
    }
  }
}
