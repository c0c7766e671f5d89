import type { DiagnosticCode } from '../plugin-api/index.ts';
import { isPattern } from '../plugin-api/lib/name-pattern.ts';
import { nearest } from '../plugin-api/lib/nearest.ts';
import { declaredOf } from './manifest.ts';
import type { Slot } from './slots.ts';

/** What the search for names that were declared and not made needs of the kernel. */
export interface UnmadeWorld {
  readonly slots: readonly Slot[];
  hasTap(hook: string, slot: Slot): boolean;
  kindOf(hook: string): string;
  hasItem(point: string, slot: Slot, name: string): boolean;
  /** Points that somebody reads. */
  knownPoints(): Iterable<string>;
  report(level: 'warning' | 'info', code: DiagnosticCode, extension: string, message: string): void;
}

/** Kinds of hooks whose taps change what happens: one that is not there is missed. */
const MISSED = new Set(['gate', 'transform', 'decide']);

/**
 * Finds what manifests declare and extensions do not make: nothing fails then, and what the author counts on does not
 * happen. Extensions of the distribution are tested by their authors and make some names only where settings say so, so
 * they are looked at only when `all` is asked for.
 */
export class Unmade {
  private readonly world: UnmadeWorld;
  private readonly all: boolean;
  private readonly said = new Set<string>();

  constructor(world: UnmadeWorld, all: boolean) {
    this.world = world;
    this.all = all;
  }

  /** Once everybody who declared a tap of a hook has started, and the hook is fired. */
  lookAtTaps(hook: string, owners: readonly Slot[]): void {
    for (const slot of owners) {
      if (!this.concerns(slot)) continue;
      const problem = this.tapProblem(hook, slot);
      if (problem !== undefined) this.say(slot, problem, MISSED.has(this.world.kindOf(hook)));
    }
  }

  /** When somebody asked for an item whose owner runs and has none. */
  lookAtItem(point: string, slot: Slot, name: string): void {
    if (this.concerns(slot) && slot.state === 'active') this.say(slot, itemProblem(point, slot, name), true);
  }

  /** When extensions were added: what their manifests name and nobody knows, and those that nothing would ever start. */
  lookAtManifests(added: readonly Slot[]): void {
    for (const slot of added) {
      if (!this.concerns(slot)) continue;
      for (const problem of [...this.pointProblems(slot), ...this.replacesProblems(slot), ...nothingStarts(slot)]) {
        this.say(slot, problem, true);
      }
    }
  }

  /** All of it at once, of everything that runs. */
  list(): readonly { readonly extension: string; readonly message: string }[] {
    return this.world.slots.flatMap((slot) => {
      const problems = [...this.pointProblems(slot)];
      if (this.concerns(slot)) problems.push(...this.replacesProblems(slot), ...nothingStarts(slot));
      if (this.concerns(slot) && slot.state === 'active') {
        const { taps = [], contributes = {} } = slot.entry.manifest;
        for (const hook of taps) problems.push(this.tapProblem(hook, slot) ?? '');
        for (const point of Object.keys(contributes)) {
          for (const { name } of declaredOf(slot.entry.manifest, point)) {
            // flags and the like are data: nobody makes an item of them
            if (isPattern(name) || point === 'cli' || this.world.hasItem(point, slot, name)) continue;
            problems.push(itemProblem(point, slot, name));
          }
        }
      }
      return problems.filter(Boolean).map((message) => ({ extension: slot.id, message }));
    });
  }

  private concerns({ entry }: Slot): boolean {
    return this.all || entry.origin.kind !== 'bundled';
  }

  private tapProblem(hook: string, slot: Slot): string | undefined {
    if (slot.state !== 'active' || this.world.hasTap(hook, slot)) return undefined;
    return `the manifest of ${slot.id} declares a tap of ${hook}, and it has made none: ${hook} goes on without it`;
  }

  private pointProblems(slot: Slot): readonly string[] {
    const { contributes } = slot.entry.manifest;
    if (contributes === undefined) return [];
    const others = this.world.slots.filter((other) => other !== slot);
    return Object.keys(contributes).flatMap((point) => {
      // the usual case, and this is asked of every extension at every start
      if (others.some(({ entry }) => entry.manifest.contributes?.[point] !== undefined)) return [];
      const known = new Set(this.world.knownPoints());
      for (const { entry } of others) for (const name of Object.keys(entry.manifest.contributes ?? {})) known.add(name);
      const near = known.has(point) ? undefined : nearest(point, known);
      return near === undefined ? [] : [`contributes.${point}: no extension reads such a point; did you mean ${near}?`];
    });
  }

  /** Names that the extension wants to take over, and does not offer itself or are misspelt. */
  private replacesProblems(slot: Slot): readonly string[] {
    return (slot.entry.manifest.replaces ?? []).flatMap((word) => {
      const [point = '', name = ''] = [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)];
      if (point === 'extension' || point === 'service') return [];
      if (!declaredOf(slot.entry.manifest, point).some((one) => one.name === name)) {
        return [`replaces: ${word} takes nothing over: contributes.${point} has no ${JSON.stringify(name)}`];
      }
      const names = this.world.slots.flatMap((other) =>
        other === slot ? [] : declaredOf(other.entry.manifest, point).map((one) => one.name),
      );
      // it may be of an extension that is not installed
      const near = names.includes(name) ? undefined : nearest(name, names);
      return near === undefined ? [] : [`replaces: there is no ${word}; did you mean ${point}:${near}?`];
    });
  }

  private say(slot: Slot, problem: string, missed: boolean): void {
    const key = `${slot.id} ${problem}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    this.world.report(missed ? 'warning' : 'info', 'NOT_MADE', slot.id, problem);
  }
}

function itemProblem(point: string, slot: Slot, name: string): string {
  return `the manifest of ${slot.id} declares ${JSON.stringify(name)} in ${point}, and it has added none: nobody can use it`;
}

/** Nobody asks for anything of such an extension, so its setup never runs. */
function nothingStarts({ id, entry }: Slot): readonly string[] {
  const { taps = [], contributes = {}, provides = [], activate = [], replaces = [] } = entry.manifest;
  // one that only takes another out has nothing to run
  if (taps.length + Object.keys(contributes).length + provides.length + activate.length + replaces.length > 0)
    return [];
  return [`nothing starts ${id}: its manifest names no taps, contributes, provides or activate`];
}
