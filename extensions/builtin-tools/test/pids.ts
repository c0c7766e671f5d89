import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';

/** True once `done` is; false when that takes longer than `ms`. */
export async function until(done: () => boolean | Promise<boolean>, ms = 5_000): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((go) => setTimeout(go, 20))) {
    if (await done()) return true;
  }
  return false;
}

/** True while the process does something; one that only waits to be collected is dead. */
export async function alive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined); // it is gone
  return stat !== undefined && !/^\d+ \(.*\) [ZX]/.test(stat);
}

/** The numbers in a file that processes write theirs to, once there are `count`. */
export async function pids(file: string, count: number): Promise<number[]> {
  let found: number[] = [];
  const read = async () => {
    const text = await readFile(file, 'utf8').catch(() => ''); // not there yet
    found = text
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
    return found.length >= count;
  };
  expect(await until(read)).toBe(true);
  return found;
}

/** True when none of the processes does anything. */
export async function none(all: readonly number[]): Promise<boolean> {
  return !(await Promise.all(all.map(alive))).includes(true);
}
