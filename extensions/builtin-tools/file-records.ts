import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { SessionRef } from 'tenon/plugin-api';

/** What a session saw of a file. */
interface FileRecord {
  readonly size: bigint;
  readonly mtime: bigint;
  /** Missing for a file that was too large to be read as a whole. */
  readonly hash: string | undefined;
}

/** Files that a session remembers. */
const MOST = 5_000;

function records(session: SessionRef): Map<string, FileRecord> {
  return session.state('builtin-tools.files', () => new Map<string, FileRecord>());
}

/**
 * Remembers that the session has seen a file as it is.
 * @param real its path without symbolic links
 * @param bytes all of it, where it was read as a whole
 */
export function rememberFile(session: SessionRef, real: string, stats: BigIntStats, bytes?: Uint8Array): void {
  const known = records(session);
  known.delete(real);
  known.set(real, { size: stats.size, mtime: stats.mtimeNs, hash: bytes && hashOf(bytes) });
  for (const oldest of known.keys()) {
    if (known.size <= MOST) break;
    known.delete(oldest);
  }
}

/** Whether the session knows a file, and knows it as it is now: by content where it can, else by size and time. */
export function fileKnowledge(
  session: SessionRef,
  real: string,
  stats: BigIntStats,
  bytes: Uint8Array,
): 'known' | 'unread' | 'changed' {
  const record = records(session).get(real);
  if (record === undefined) return 'unread';
  if (record.hash !== undefined) return record.hash === hashOf(bytes) ? 'known' : 'changed';
  return record.size === stats.size && record.mtime === stats.mtimeNs ? 'known' : 'changed';
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
