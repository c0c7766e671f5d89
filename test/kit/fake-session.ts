import { randomUUID } from 'node:crypto';
import type { SessionRef } from 'tenon/plugin-api';

/** A session that exists only as a value, for firing hooks and calling services without a loop. */
export function fakeSession(fields: Partial<SessionRef> = {}): SessionRef {
  const memory = new Map<string, unknown>();
  const cwd = fields.cwd ?? '/';
  return {
    id: randomUUID(),
    cwd,
    root: cwd,
    permissionMode: 'default',
    signal: new AbortController().signal,
    state<T>(key: string, make: () => T): T {
      if (!memory.has(key)) memory.set(key, make());
      return memory.get(key) as T;
    },
    ...fields,
  };
}
