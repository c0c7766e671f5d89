import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { lockSession } from '../session-lock.ts';
import { Events } from './events.ts';
import { ref, tempStore, writeAll } from './store.ts';

const id = '66666666-6666-4666-8666-666666666666';

/** A process that says `ready`, and then waits to be ended. */
async function child(program: string, ...args: string[]) {
  const process = spawn(globalThis.process.execPath, ['--input-type=module', '-e', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void process.kill('SIGKILL'));
  for await (const line of createInterface({ input: process.stdout })) if (line === 'ready') break;
  return process;
}

test('a session that another process writes is refused, and taken over when that process was killed', async () => {
  const { store, cwd, locks, another } = tempStore();
  const e = new Events(id);
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [e.prompt('one')]);
  store.end(id);
  const other = await child('console.log("ready"); setInterval(() => {}, 1000)');
  const holder = { pid: other.pid, host: hostname(), started: startOf(other.pid!), token: 'x' };
  writeFileSync(join(locks, `${id}.lock`), JSON.stringify(holder));
  const stored = (await store.load(cwd, id))!;
  await expect(store.keep({ id, cwd }, { stored, fork: false })).rejects.toThrow(
    new RegExp(`open in another process \\(pid ${other.pid}\\).*--fork-session`),
  );
  const forked = '77777777-7777-4777-8777-777777777777';
  await another().keep({ id: forked, cwd }, { stored, fork: true });
  other.kill('SIGKILL');
  await once(other, 'exit');
  await store.keep({ id, cwd }, { stored, fork: false });
  writeAll(store, ref(id, cwd), [e.prompt('two')]);
  expect((await store.load(cwd, id))?.messages).toHaveLength(2);
});

test('a lock of an earlier process with the same number is stale', () => {
  const { locks } = tempStore();
  writeFileSync(
    join(locks, `${id}.lock`),
    JSON.stringify({ pid: process.pid, host: hostname(), started: 'long ago', token: 'x' }),
  );
  const unlock = lockSession(locks, id);
  expect(() => lockSession(locks, id)).toThrow(/open in another process/);
  unlock();
  lockSession(locks, id)();
});

test('a lock that is not readable as one is stale', () => {
  const { locks } = tempStore();
  writeFileSync(join(locks, `${id}.lock`), '{"pid":');
  lockSession(locks, id)();
});

test('the session ends, and its lock with it', async () => {
  const { store, cwd, another } = tempStore();
  await store.keep({ id, cwd });
  writeAll(store, ref(id, cwd), [new Events(id).prompt('one')]);
  const stored = (await store.load(cwd, id))!;
  await expect(another().keep({ id, cwd }, { stored, fork: false })).rejects.toThrow(/open in another process/);
  store.end(id);
  await another().keep({ id, cwd }, { stored, fork: false });
});

function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // no /proc: the number alone decides
  }
}
