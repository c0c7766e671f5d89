import type { DeclaredItem, NameStatus, Point } from '../plugin-api/index.ts';
import { fitsPattern, isPattern, specificity } from '../plugin-api/lib/name-pattern.ts';
import type { Diagnostics } from './diagnostics.ts';
import { declaredOf } from './manifest.ts';
import { memo } from './memo.ts';
import { alive, type Slot } from './slots.ts';

/** A declared name with its owner, and the name it really has. */
export interface Reserved {
  readonly slot: Slot;
  readonly declared: DeclaredItem;
  /** Differs from the declared one when that was taken. */
  readonly name: string;
  /** Another extension took the name over: it is not listed, but whoever took it can still reach it by `name`. */
  readonly replaced: boolean;
}

type Qualify = (owner: string, name: string) => string;

/** Gives out the names of points before any code runs: the first extension in order has a name, others are renamed. */
export class Names {
  private readonly slots: () => readonly Slot[];
  private readonly diagnostics: Diagnostics;
  private readonly qualifiers = new Map<string, Qualify>();
  private readonly views = new Map<string, readonly Reserved[]>();
  private readonly said = new Set<string>();
  /** Grows with every change, so that what was derived from the names can be kept until then. */
  version = 0;

  constructor(slots: () => readonly Slot[], diagnostics: Diagnostics) {
    this.slots = slots;
    this.diagnostics = diagnostics;
  }

  /** Reserves again, after extensions came or went: each point when it is next asked for. */
  reserve(): void {
    this.views.clear();
    this.version++;
  }

  /** The rule by which names of a point are made unique. */
  learn(point: Point<never>): void {
    if (this.qualifiers.get(point.id) === point.qualify) return;
    this.qualifiers.set(point.id, point.qualify);
    // where nobody wants another's name the rule makes no difference
    if (this.views.get(point.id)?.some(({ name, declared }) => name !== declared.name) !== true) return;
    this.views.delete(point.id);
    this.version++;
  }

  /** Points that somebody has read, by id. */
  known(): Iterable<string> {
    return this.qualifiers.keys();
  }

  /** The names of a point, in order. */
  view(point: string): readonly Reserved[] {
    return memo(this.views, point, () => this.make(point));
  }

  /** The names that fit, best first: the exact one, then patterns, the most specific first. */
  matches(point: string, name: string): readonly Reserved[] {
    const view = this.view(point);
    const exact = view.filter((one) => one.name === name);
    const patterns = view.filter((one) => one.name !== name && isPattern(one.name) && fitsPattern(one.name, name));
    return [...exact, ...patterns.sort((a, b) => specificity(b.name) - specificity(a.name))];
  }

  qualify(point: string, owner: string, name: string): string {
    return (this.qualifiers.get(point) ?? ((by, taken) => `${by}.${taken}`))(owner, name);
  }

  taken(point: string, slot: Slot, name: string, other: string, owner: string): void {
    const key = `${point} ${slot.id} ${name} ${other}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    const text = `${slot.id} wants the name ${name} in ${point}, which ${owner} has; it is there as ${other}`;
    this.diagnostics.report('warning', 'NAME_TAKEN', slot.id, text);
  }

  list(): readonly NameStatus[] {
    return this.points().flatMap((point) => {
      const view = this.view(point);
      return view
        .filter((one) => one.name === one.declared.name)
        .map((one) => ({
          point,
          name: one.name,
          owner: one.slot.id,
          others: view
            .filter((other) => other !== one && other.declared.name === one.name)
            .map((other) => ({ owner: other.slot.id, name: other.name })),
          item: one.declared,
        }));
    });
  }

  private points(): readonly string[] {
    const points = new Set<string>();
    for (const slot of this.slots())
      for (const point of Object.keys(slot.entry.manifest.contributes ?? {})) points.add(point);
    return [...points];
  }

  private make(point: string): readonly Reserved[] {
    const slots = this.slots().filter((slot) => alive(slot) && slot.entry.manifest.contributes?.[point] !== undefined);
    const owners = new Map<string, Slot>();
    const claims = slots.map((slot) => declaredOf(slot.entry.manifest, point));
    for (const [at, slot] of slots.entries()) {
      for (const { name } of claims[at]!) {
        const owner = owners.get(name);
        if (owner === undefined || fromProject(owner, slot) || this.mayReplace(slot, owner, `${point}:${name}`)) {
          owners.set(name, slot);
        }
      }
    }
    return slots.flatMap((slot, at) =>
      claims[at]!.map((declared) => {
        const owner = owners.get(declared.name)!;
        // a pattern takes no name away from anybody, so two owners of one pattern are no clash
        if (owner === slot || isPattern(declared.name)) return { slot, declared, name: declared.name, replaced: false };
        let name = this.qualify(point, slot.id, declared.name);
        for (let n = 2; owners.has(name); n++) name = `${this.qualify(point, slot.id, declared.name)}${n}`;
        owners.set(name, slot);
        const replaced = owner.entry.manifest.replaces?.includes(`${point}:${declared.name}`) === true;
        // before the point's own rule is known, the name would be said wrongly
        if (!replaced && this.qualifiers.has(point)) this.taken(point, slot, declared.name, name, owner.id);
        return { slot, declared, name, replaced };
      }),
    );
  }

  private mayReplace(slot: Slot, owner: Slot, name: `${string}:${string}`): boolean {
    if (slot.entry.manifest.replaces?.includes(name) !== true) return false;
    const { origin } = slot.entry;
    if (origin.kind !== 'project' || owner.entry.origin.kind === 'project') return true;
    const key = `${slot.id} replaces ${name}`;
    if (!this.said.has(key)) {
      this.said.add(key);
      const text = `${slot.id} comes from the project and may not replace ${name} of ${owner.id}`;
      this.diagnostics.report('warning', 'UNTRUSTED', slot.id, text);
    }
    return false;
  }
}

/** A project's extension has a name only as long as nobody else wants it, wherever it stands in the order. */
function fromProject(owner: Slot, other: Slot): boolean {
  return owner.entry.origin.kind === 'project' && other.entry.origin.kind !== 'project';
}
