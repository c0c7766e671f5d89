import type { Point } from '../plugin-api/index.ts';
import { fitsPattern, isPattern } from '../plugin-api/lib/name-pattern.ts';
import { KernelError } from './errors.ts';
import { forwarder } from './forwarder.ts';
import { declaredOf } from './manifest.ts';
import type { Names } from './names.ts';
import type { Slot } from './slots.ts';

interface Item {
  readonly slot: Slot;
  readonly item: object;
  /** As its owner calls it. */
  readonly own: string;
}
interface Named extends Item {
  /** As everybody else calls it. */
  readonly name: string;
  readonly replaced: boolean;
}

/** The items of all points that running extensions have added. */
export class Points {
  private readonly items = new Map<string, Item[]>();
  private readonly lists = new Map<string, { readonly version: number; readonly list: readonly Named[] }>();
  private readonly names: Names;
  private readonly changed: (point: string, name: string) => void;

  constructor(names: Names, changed: (point: string, name: string) => void) {
    this.names = names;
    this.changed = changed;
  }

  /** Checks that an item may be added. @throws KernelError NOT_DECLARED, TypeError for one that nobody could use */
  check<T>(slot: Slot, to: Point<T>, item: T): void {
    this.names.learn(to as Point<never>);
    if (typeof item !== 'object' || item === null)
      throw new TypeError(`api.add: an item of ${to.id} must be an object`);
    const own = to.name(item);
    const declared = declaredOf(slot.entry.manifest, to.id);
    if (!declared.some(({ name }) => name === own || (isPattern(name) && fitsPattern(name, own)))) {
      const text = `${slot.id} adds ${JSON.stringify(own)} to ${to.id}, which its manifest does not declare; add it to contributes.${to.id}`;
      throw new KernelError('NOT_DECLARED', slot.id, text);
    }
    const problem = to.problem?.(item);
    if (problem !== undefined) throw new TypeError(`${to.id}: ${JSON.stringify(own)} ${problem}`);
  }

  /** Adds an item; the function it gives removes it. */
  add<T>(slot: Slot, to: Point<T>, item: T): () => void {
    const own = to.name(item);
    const entry: Item = { slot, item: item as object, own };
    const change = (list: Item[]) => {
      this.items.set(to.id, list);
      this.lists.delete(to.id);
      this.changed(to.id, own);
    };
    change([...(this.items.get(to.id) ?? []), entry]);
    return () => change((this.items.get(to.id) ?? []).filter((one) => one !== entry));
  }

  /** The item that `slot` added for a name, or for the pattern that the name fits. */
  find(point: string, slot: Slot, name: string, pattern: string): unknown {
    const own = this.list(point).filter((one) => one.slot === slot);
    return (
      own.findLast((one) => one.name === name) ?? own.findLast((one) => one.own === pattern || one.name === pattern)
    )?.item;
  }

  /** All items of a point, by the order of their owners, without those that others replace. */
  all(point: string): readonly unknown[] {
    return this.list(point).flatMap(({ item, replaced }) => (replaced ? [] : [item]));
  }

  private list(point: string): readonly Named[] {
    const { version } = this.names;
    const kept = this.lists.get(point);
    if (kept?.version === version) return kept.list;
    const sorted = [...(this.items.get(point) ?? [])].sort((a, b) => a.slot.ordinal - b.slot.ordinal);
    const view = this.names.view(point);
    const taken = new Map(view.map((one) => [one.name, one.slot]));
    const list = sorted.map((entry): Named => {
      const { slot, own } = entry;
      const declared = view.find((one) => one.slot === slot && one.declared.name === own);
      if (declared !== undefined) return named(entry, declared.name, declared.replaced);
      // names found at run time rank below declared ones, and below those of extensions that come first
      const owner = taken.get(own);
      if (owner === undefined || owner === slot) {
        taken.set(own, slot);
        return named(entry, own, false);
      }
      const name = this.names.qualify(point, slot.id, own);
      this.names.taken(point, slot, own, name, owner.id);
      taken.set(name, slot);
      return named(entry, name, false);
    });
    this.lists.set(point, { version, list });
    return list;
  }
}

function named(entry: Item, name: string, replaced: boolean): Named {
  const item = name === entry.own ? entry.item : forwarder(() => entry.item, { name });
  return { ...entry, item, name, replaced };
}
