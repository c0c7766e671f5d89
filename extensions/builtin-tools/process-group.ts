import { readdir, readFile } from 'node:fs/promises';

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
  const gone = await until(() => !groupAlive(pid) && !strays.some((stray) => send(stray, 0)), grace);
  if (gone && strays.length === 0) return;
  send(-pid, 'SIGKILL');
  // one that was being started while the others ended is found by the second look
  for (const stray of mark === undefined ? [] : await marked(mark)) send(stray, 'SIGKILL');
  await until(() => !groupAlive(pid), 300);
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // not permitted means: it is there, and it is not ours to end
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function until(done: () => boolean, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
    if (done()) return true;
    if (performance.now() >= end) return false;
    await new Promise((go) => setTimeout(go, wait));
  }
}

async function marked(mark: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const names = await readdir('/proc').catch(() => []); // no /proc: nothing can be found
  const found: number[] = [];
  await Promise.all(
    names.map(async (name) => {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) return;
      const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => ''); // gone, or not ours
      if (environment.includes(mark)) found.push(pid);
    }),
  );
  return found;
}
