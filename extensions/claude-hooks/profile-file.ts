import { join } from 'node:path';
import { type ExtensionApi, Extensions, type TapProfile } from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';
import type { HandlerProfile, HandlerProfiles } from './handler-profile.ts';

/** Sessions that are kept. */
const MOST = 20;
/** Bytes of the file. */
const BYTES = 2_000_000;

/** What hooks took in one session. */
export interface KeptProfile {
  /** When it ended, milliseconds since the epoch. */
  readonly time: number;
  readonly taps: readonly TapProfile[];
  readonly handlers: readonly HandlerProfile[];
}

/** Keeps what hooks took in this run of the program, for `hooks --profile`. */
export async function keepProfile(api: ExtensionApi<never>, profiles: HandlerProfiles): Promise<void> {
  try {
    const path = await fileOf(api);
    const taps = (await api.use(Extensions)).profile().filter(({ runs }) => runs > 0);
    const older = (await keptProfiles(api)).slice(0, MOST - 1);
    const now: KeptProfile = { time: Date.now(), taps, handlers: profiles.list() };
    await atomicWrite(path, `${JSON.stringify([now, ...older])}\n`, 0o600);
  } catch (error) {
    api.log.info(`what hooks took could not be kept: ${(error as Error).message}`);
  }
}

/** The last sessions, the newest first. */
export async function keptProfiles(api: ExtensionApi<never>): Promise<readonly KeptProfile[]> {
  try {
    const kept: unknown = JSON.parse((await readBounded(await fileOf(api), BYTES)) ?? '[]');
    return Array.isArray(kept) ? (kept as KeptProfile[]) : [];
  } catch (error) {
    api.log.info(`what hooks took in earlier sessions cannot be read: ${(error as Error).message}`);
    return [];
  }
}

async function fileOf(api: ExtensionApi<never>): Promise<string> {
  return join(await api.data.folder(), 'profiles.json');
}
