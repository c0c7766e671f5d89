import type { Entry } from '../plugin-api/index.ts';
import { admit, fromProject } from './admission.ts';
import { KernelError } from './errors.ts';
import { alive, type Slot } from './slots.ts';

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
  const first = Math.max(0, ...present.map(({ ordinal }) => ordinal + 1));
  order.forEach((slot, index) => {
    slot.ordinal = first + index;
  });
  return { slots: order, problems };
}

/** The provider of each service, among slots that can run. */
export function providersOf(slots: readonly Slot[]): ReadonlyMap<string, Slot> {
  const providers = new Map<string, Slot>();
  for (const slot of slots) {
    if (!alive(slot)) continue;
    for (const id of slot.entry.manifest.provides ?? []) {
      if (!providers.has(id) || takesOver(slot, id)) providers.set(id, slot);
    }
  }
  return providers;
}

/** True when an extension offers a service in the place of whoever else offers it. A project's may not. */
function takesOver(slot: Slot, service: string): boolean {
  return !fromProject(slot.entry) && slot.entry.manifest.replaces?.includes(`service:${service}`) === true;
}

type Refuse = (slot: Slot, state: 'failed' | 'unmet', error: KernelError) => void;

function refuseDuplicateProviders(all: readonly Slot[], fresh: readonly Slot[], refuse: Refuse): void {
  const owners = new Map<string, Slot>();
  for (const slot of all) {
    for (const id of slot.entry.manifest.provides ?? []) {
      const owner = owners.get(id);
      // a project may not step in for a provider that does not run
      const vacant = owner !== undefined && !alive(owner) && !(fromProject(slot.entry) && !fromProject(owner.entry));
      if (owner === undefined || owner === slot || vacant || takesOver(slot, id)) owners.set(id, slot);
      else if (takesOver(owner, id)) continue;
      else if (fresh.includes(slot)) {
        const text = `${slot.id} offers ${id}, which ${owner.id} already offers; remove one, or let it replace "service:${id}"`;
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
  // `firm`: from this place of the path on, each needs the next one; before it, one only wishes for the next
  const visit = (slot: Slot, path: readonly Slot[], firm: number): void => {
    if (done.has(slot)) return;
    const { requires = [], optional = [], after = [] } = slot.entry.manifest;
    for (const id of requires) {
      const provider = providers.get(id);
      if (provider === undefined || done.has(provider)) continue;
      const at = path.indexOf(provider);
      if (at < 0) visit(provider, [...path, provider], firm);
      else if (at >= firm && slot.state === 'idle') {
        const circle = [...path.slice(at), provider];
        const names = circle.map((one) => one.id).join(' -> ');
        for (const one of new Set(circle)) {
          if (one.state !== 'idle') continue;
          refuse(one, 'failed', new KernelError('CYCLE', one.id, `${names} need one another; none of them is started`));
        }
      }
    }
    for (const next of [...optional.map((id) => providers.get(id)), ...after.map((id) => byId.get(id))]) {
      // who needs this one comes after it, whatever it wishes for
      if (next === undefined || path.includes(next) || needs(next, slot, providers)) continue;
      visit(next, [...path, next], path.length);
    }
    if (done.has(slot)) return;
    done.add(slot);
    order.push(slot);
  };
  for (const slot of slots) visit(slot, [slot], 0);
  return order;
}

/** True when `slot` cannot run without `other`, directly or through others. */
function needs(slot: Slot, other: Slot, providers: ReadonlyMap<string, Slot>, seen = new Set<Slot>()): boolean {
  if (slot === other) return true;
  if (seen.has(slot)) return false;
  seen.add(slot);
  return (slot.entry.manifest.requires ?? []).some((id) => {
    const provider = providers.get(id);
    return provider !== undefined && needs(provider, other, providers, seen);
  });
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
      const others = broken.length > 0 ? [] : otherMajors(missing, providers);
      const nobody = `no extension provides it${others.length === 0 ? '' : `; there is ${others.join(', ')}`}`;
      const why = broken.length === 0 ? nobody : `its provider ${broken.join(', ')} cannot run`;
      const text = `${slot.id} needs ${missing.join(', ')}, and ${why}`;
      refuse(slot, 'unmet', new KernelError('MISSING_SERVICE', slot.id, text));
      changed = true;
    }
  }
}

/** Services of the same names in other versions. */
function otherMajors(missing: readonly string[], providers: ReadonlyMap<string, Slot>): readonly string[] {
  const nouns = missing.map((id) => id.slice(0, id.lastIndexOf('@') + 1));
  return [...providers.keys()].filter((id) => nouns.some((noun) => id.startsWith(noun)));
}
