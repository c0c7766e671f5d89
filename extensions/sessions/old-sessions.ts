import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtensionApi } from 'tenon/plugin-api';

const DAY = 86_400_000;
const TRANSCRIPT = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/i;

/** Removes sessions older than the setting `cleanupPeriodDays`, at most once a day. */
export async function removeOldDaily(
  api: Pick<ExtensionApi, 'data' | 'log'>,
  projects: string,
  days: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (typeof days !== 'number' || !(days >= 1)) {
    return api.log.warn('settings: cleanupPeriodDays must be a number of at least 1; no sessions are removed');
  }
  const last = await api.data.get('cleaned');
  if (typeof last === 'number' && last <= Date.now() && Date.now() - last < DAY) return;
  const removed = await removeOldSessions(projects, days, signal);
  if (removed > 0) api.log.info(`${removed} sessions older than ${days} days were removed (cleanupPeriodDays)`);
  if (!signal.aborted) await api.data.set('cleaned', Date.now());
}

/**
 * Removes transcripts that nobody wrote to for so many days, each with the folder of its name. Nothing else is touched.
 * @param projects the folder of the transcripts of all folders
 * @returns how many were removed
 */
async function removeOldSessions(projects: string, days: number, signal: AbortSignal): Promise<number> {
  const oldest = Date.now() - days * DAY;
  let removed = 0;
  for (const project of await namesIn(projects)) {
    for (const name of await namesIn(join(projects, project))) {
      if (signal.aborted) return removed;
      const id = TRANSCRIPT.exec(name)?.[1];
      if (id === undefined) continue;
      const path = join(projects, project, name);
      const info = await stat(path).catch(() => undefined); // removed in the meantime
      if (info === undefined || !info.isFile() || info.mtimeMs >= oldest) continue;
      await rm(path, { force: true });
      await rm(join(projects, project, id), { recursive: true, force: true });
      removed++;
    }
  }
  return removed;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []); // no folder, or not a folder
}
