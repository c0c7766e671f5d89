import { readdir, readFile } from 'node:fs/promises';
import { clock } from 'tenon/plugin-api/lib/clock';

/** How long a process has to end by itself after SIGTERM, in milliseconds. */
const GRACE = 1_500;

/** True while a process of the group is there. */
export function groupAlive(pid: number): boolean {
  return send(-pid, 0);
}

/**
 * Ends a process group: SIGTERM, and SIGKILL for what is still there after a grace. Processes that left the group are
 * found by `mark`, a text in their environment, where the system shows it (Linux).
 */
export async function endGroup(pid: number, mark: string | undefined, grace = GRACE): Promise<void> {
  send(-pid, 'SIGTERM');
  const strays = mark === undefined ? [] : await marked(mark);
  for (const stray of strays) send(stray, 'SIGTERM');
  const gone = await until(async () => !(await groupWorks(pid)) && !(await anyWorks(strays)), grace);
  if (gone && strays.length === 0) return;
  send(-pid, 'SIGKILL');
  // one that was being started while the others ended is found by the second look
  for (const stray of mark === undefined ? [] : await marked(mark)) send(stray, 'SIGKILL');
  await until(async () => !(await groupWorks(pid)), 300);
}

/** Ends all processes that have `mark` in their environment, where the system shows it (Linux). */
export async function endMarked(mark: string, grace: number): Promise<void> {
  const found = await marked(mark);
  if (found.length === 0) return;
  for (const pid of found) send(pid, 'SIGTERM');
  if (await until(async () => !(await anyWorks(found)), grace)) return;
  for (const pid of await marked(mark)) send(pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // not permitted means: it is there, and it is not ours to end
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function until(done: () => Promise<boolean>, ms: number): Promise<boolean> {
  const end = clock() + ms;
  for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
    if (await done()) return true;
    if (clock() >= end) return false;
    await new Promise((go) => setTimeout(go, wait));
  }
}

/**
 * True while a process of the group does something. In a container whose first process collects no others, dead ones
 * stay in their group for ever.
 */
async function groupWorks(pid: number): Promise<boolean> {
  if (!groupAlive(pid) || process.platform !== 'linux') return groupAlive(pid);
  const stats = await Promise.all(
    (await processes()).map((one) => readFile(`/proc/${one}/stat`, 'latin1').catch(() => '')),
  ); // gone
  // after the name, which may hold anything: state, parent, group
  return stats.some((stat) => {
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === pid && state !== 'Z' && state !== 'X';
  });
}

/** The same of single processes. */
async function anyWorks(pids: readonly number[]): Promise<boolean> {
  const there = pids.filter((pid) => send(pid, 0));
  if (process.platform !== 'linux') return there.length > 0;
  const stats = await Promise.all(there.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''))); // gone
  return stats.some((stat) => stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2)));
}

async function processes(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []); // no /proc: nothing can be found
  return names.map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}

async function marked(mark: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  await Promise.all(
    (await processes()).map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => ''); // gone, or not ours
      if (environment.includes(mark)) found.push(pid);
    }),
  );
  return found;
}
