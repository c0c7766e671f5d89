import type { Entry } from '../plugin-api/index.ts';
import type { Scope } from './scope.ts';

/** What has become of an extension. */
export type SlotState = 'idle' | 'starting' | 'active' | 'failed' | 'untrusted' | 'unmet' | 'released';

/** One extension of the kernel, from its manifest to its release. */
export interface Slot {
  readonly id: string;
  entry: Entry;
  /** Its place in the order; lower comes first. */
  ordinal: number;
  state: SlotState;
  reason?: string;
  /** What was thrown, when it failed. */
  cause?: unknown;
  scope?: Scope;
  /** The start that is under way or done. */
  started?: Promise<void>;
  startMs?: number;
  /** Slots whose start this one waits for. */
  readonly waitsFor: Set<Slot>;
  /** Told when the settings of the extension change. */
  configure?: () => Promise<void>;
}

/** Makes the slot of an entry that has not been started. */
export function slotOf(entry: Entry): Slot {
  return { id: entry.manifest.id, entry, ordinal: -1, state: 'idle', waitsFor: new Set() };
}

/** True when the extension could still run, or runs. */
export function alive(slot: Slot): boolean {
  return slot.state === 'idle' || slot.state === 'starting' || slot.state === 'active';
}

/** True when a start of `slot` cannot end before one of `other`, because it waits for it. */
export function waitsOn(slot: Slot, other: Slot, seen = new Set<Slot>()): boolean {
  if (slot === other) return true;
  if (seen.has(slot)) return false;
  seen.add(slot);
  for (const next of slot.waitsFor) if (waitsOn(next, other, seen)) return true;
  return false;
}
