import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, SessionEvent, SessionRef } from 'tenon/plugin-api';
import { onTestFinished } from 'vitest';
import { SessionStore } from '../session-store.ts';

/** A store in a temporary folder, with what it logs. */
export function tempStore() {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-sessions-')));
  const cwd = join(home, 'app');
  mkdirSync(cwd);
  const logged: string[] = [];
  const stores: SessionStore[] = [];
  const log = (level: string) => (message: string) => void logged.push(`${level}: ${message}`);
  const locks = join(home, 'locks');
  mkdirSync(locks);
  const make = () => {
    const store = new SessionStore({
      projects: join(home, 'projects'),
      stamp: { version: '1.2.3', entrypoint: 'cli' },
      log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      locks: async () => locks,
    });
    stores.push(store);
    return store;
  };
  onTestFinished(() => {
    for (const one of stores) one.endAll();
    rmSync(home, { recursive: true, force: true });
  });
  return { home, cwd, locks, logged, store: make(), another: make };
}

export function ref(id: string, cwd: string, more: Partial<SessionRef> = {}): SessionRef {
  return {
    id,
    cwd,
    root: cwd,
    permissionMode: 'default',
    signal: new AbortController().signal,
    state: (_key, make) => make(),
    ...more,
  };
}

/** Writes events of one session. */
export function writeAll(store: SessionStore, session: SessionRef, events: readonly SessionEvent[]): void {
  for (const event of events) store.write({ session, event });
}

export function linesOf(path: string): JsonObject[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonObject);
}
