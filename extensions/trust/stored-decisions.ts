import { rename } from 'node:fs/promises';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import type { Decisions, StoredDecision } from './trust-store.ts';

/** Keeps a file that makes no sense under another name, and says so. */
export async function putAside(path: string, error: Error, warn: (message: string) => void): Promise<void> {
  const aside = `${path}.corrupt-${Date.now()}`;
  const kept = await rename(path, aside).then(
    () => `; it is kept as ${aside}`,
    () => '', // it stays where it is
  );
  warn(`${path}: ${error.message}; no folder counts as trusted${kept}`);
}

/**
 * Reads the text of the file.
 * @throws Error that says what is wrong with it
 */
export function decisionsIn(text: string): Decisions {
  const value = parseJson(text);
  const folders = isRecord(value) && value.version === 1 ? value.folders : undefined;
  if (!isRecord(folders)) throw new Error('must hold decisions about folders, version 1');
  for (const list of Object.values(folders)) {
    if (!Array.isArray(list) || !list.every(isDecision)) throw new Error('holds something that is no decision');
  }
  return folders as Decisions;
}

function isDecision(value: unknown): value is StoredDecision {
  if (!isRecord(value) || typeof value.trusted !== 'boolean' || typeof value.time !== 'string') return false;
  return isRecord(value.kinds) && Object.values(value.kinds).every((hash) => typeof hash === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
