import type { Entry } from '../plugin-api/index.ts';
import { KernelError } from './errors.ts';
import { API, checkManifest } from './manifest.ts';
import { alive, type Slot, slotOf } from './slots.ts';

/**
 * The entries that may take part, as slots; what is wrong with the others is added to `problems`. Extensions that one
 * of them replaces are left out, or taken out of `present`.
 */
export function admit(entries: readonly Entry[], present: readonly Slot[], problems: KernelError[]): Slot[] {
  // what a project brings along comes last, so that it can take no id and no service from others
  const sound = entries
    .filter((entry) => isSound(entry, problems))
    .sort((a, b) => Number(fromProject(a)) - Number(fromProject(b)));
  const replacers = new Map<string, string>();
  for (const entry of sound) {
    const { id, replaces = [] } = entry.manifest;
    if (fromProject(entry)) continue;
    for (const name of replaces) {
      const other = name.slice('extension:'.length);
      if (name.startsWith('extension:') && other !== id) replacers.set(other, id);
    }
  }
  for (const slot of present) {
    const by = replacers.get(slot.id);
    if (by !== undefined) retire(slot, by, problems);
  }
  const taken = new Map(present.map((slot) => [slot.id, slot]));
  const slots: Slot[] = [];
  for (const entry of sound) {
    const { manifest, origin } = entry;
    if (replacers.has(manifest.id)) continue;
    const other = taken.get(manifest.id);
    // the place of one that does not run any more is free, but a project may not step into another's
    if (other !== undefined && (alive(other) || (fromProject(entry) && !fromProject(other.entry)))) {
      const where = origin.path === undefined ? '' : ` (${origin.path})`;
      problems.push(
        new KernelError(
          'DUPLICATE_ID',
          manifest.id,
          `${manifest.id} is there twice; the second one${where} is ignored`,
        ),
      );
      continue;
    }
    const slot = slotOf(entry);
    taken.set(manifest.id, slot);
    slots.push(slot);
  }
  return slots;
}

export function fromProject({ origin }: Entry): boolean {
  return origin.kind === 'project';
}

/** Entries come from other extensions too, so nothing about them is certain. */
function isSound(entry: Partial<Entry> | null | undefined, problems: KernelError[]): boolean {
  const { manifest, origin } = entry ?? {};
  if (!['bundled', 'user', 'project'].includes(String(origin?.kind)) || typeof entry?.load !== 'function') {
    const text = 'something that is no extension was found; an entry has `manifest`, `origin.kind` and `load`';
    problems.push(new KernelError('MANIFEST_BAD', manifest?.id ?? 'kernel', text));
    return false;
  }
  if (origin?.kind === 'bundled') return true;
  const where = origin?.path === undefined ? '' : ` (${origin.path})`;
  const id = typeof manifest?.id === 'string' ? manifest.id : (origin?.path ?? 'an extension without id');
  const wrong = checkManifest(manifest);
  if (wrong.length > 0) {
    problems.push(new KernelError('MANIFEST_BAD', id, `${id}${where}: ${wrong.join('; ')}`));
    return false;
  }
  const api: unknown = manifest?.api;
  if (api === API) return true;
  const text = `${id}${where}: api is ${JSON.stringify(api)}, this program speaks ${API}; look for another version of it`;
  problems.push(new KernelError('API_MISMATCH', id, text));
  return false;
}

/** Takes an extension out that has not run yet. */
function retire(slot: Slot, by: string, problems: KernelError[]): void {
  if (slot.state === 'starting' || slot.state === 'active') {
    const text = `${slot.id} runs already; ${by} takes its place at the next start`;
    problems.push(new KernelError('DUPLICATE_ID', by, text));
  } else {
    slot.state = 'released';
    slot.reason = `${by} replaces it`;
  }
}
