import type { Host, SessionEvent } from 'tenon/plugin-api';
import { printable } from './error-line.ts';

/** Characters of one notice. */
const WIDEST = 1_000;
/** Notices of one run. */
const MOST = 100;

const counts = new WeakMap<object, number>();

/**
 * What hooks say to the user, for output that has no place for it: one line each on stderr.
 * A tap of SessionEvent, for events of type `informational`.
 */
export function tellNotice(host: Pick<Host, 'stderr' | 'distro'>, event: SessionEvent): undefined {
  if (event.type !== 'informational' || event.by !== 'hook' || event.level === 'info') return;
  const count = (counts.get(host) ?? 0) + 1;
  counts.set(host, count);
  if (count > MOST + 1) return;
  const line = printable(event.content.trim()).replace(/\s*\n\s*/g, ' ');
  const cut = line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line;
  const text = count > MOST ? `hooks say more than ${MOST} lines; the others are not shown` : cut;
  void host.stderr.write(`${host.distro.command}: ${text}\n`);
}
