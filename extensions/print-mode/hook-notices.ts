import type { Host, SessionEvent } from 'tenon/plugin-api';
import { printable } from './error-line.ts';

/** Characters of one notice. */
const WIDEST = 1_000;
/** Notices of one run. */
const MOST = 100;

/** What hooks say to the user, for output that has no place for it: one line each on stderr. */
export class HookNotices {
  readonly #host: Pick<Host, 'stderr' | 'distro'>;
  #count = 0;

  constructor(host: Pick<Host, 'stderr' | 'distro'>) {
    this.#host = host;
  }

  /** A tap of SessionEvent, for events of type `informational`. */
  event(event: SessionEvent): undefined {
    if (event.type !== 'informational' || event.by !== 'hook' || event.level === 'info') return;
    this.#count++;
    if (this.#count > MOST + 1) return;
    const line = printable(event.content.trim()).replace(/\s*\n\s*/g, ' ');
    const cut = line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line;
    const text = this.#count > MOST ? `hooks say more than ${MOST} lines; the others are not shown` : cut;
    void this.#host.stderr.write(`${this.#host.distro.command}: ${text}\n`);
  }
}
