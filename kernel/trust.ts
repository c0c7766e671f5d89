import type { ProjectTrust } from '../plugin-api/index.ts';
import type { Slot } from './slots.ts';

type Ask = (value: ProjectTrust) => Promise<{ readonly trusted: boolean } | undefined>;

/** Asks once whether the extensions of the project may run. Until somebody says yes, none of their code is loaded. */
export class TrustGate {
  private readonly dir: string | undefined;
  private readonly slots: () => readonly Slot[];
  private readonly ask: Ask;
  private decision: Promise<boolean> | undefined;

  constructor(dir: string | undefined, slots: () => readonly Slot[], ask: Ask) {
    this.dir = dir;
    this.slots = slots;
    this.ask = ask;
  }

  trusted(): Promise<boolean> {
    this.decision ??= this.decide();
    return this.decision;
  }

  private async decide(): Promise<boolean> {
    if (this.dir === undefined) return false;
    const found = this.slots().filter((slot) => slot.entry.origin.kind === 'project');
    const names = found.map(({ entry: { manifest, origin } }) => {
      const at = origin.path === undefined ? '' : ` (${origin.path})`;
      return `extension ${manifest.id} ${manifest.version}${at}`;
    });
    const answer = await this.ask({ dir: this.dir, found: names, fingerprint: [...names].sort().join('\n') });
    return answer?.trusted === true;
  }
}
