import { dirname } from 'node:path';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { makeFolder } from 'tenon/plugin-api/lib/make-folder';
import type { Findings } from './findings.ts';
import { type FolderTrust, judge } from './folder-trust.ts';
import { isBroad, type Repository, repositoryOf } from './repository.ts';
import type { Decisions, StoredDecision, TrustStore } from './trust-store.ts';

const PER_FOLDER = 32;
const FOLDERS = 2_000;

/** A folder as somebody looks at it who decides. */
export interface Review {
  readonly repository: Repository;
  readonly findings: Findings;
  readonly trusted: boolean;
  /** Why, in words for the user. */
  readonly reason: string;
}

/**
 * What a decision about a folder would be about, and what earlier ones say.
 * @param fingerprint of the project's extensions, as the kernel asks about them; what it asked already comes first
 */
export async function review(trust: FolderTrust, dir: string, fingerprint = ''): Promise<Review> {
  if (fingerprint !== '' && !trust.asked.has(dir)) trust.asked.set(dir, fingerprint);
  const repository = await repositoryOf(dir, trust.host.home);
  const findings = await trust.findings(dir, repository);
  const { trusted, reason } = judge(findings, await trust.store.of(repository.key), trust.wayOut);
  return { repository, findings, trusted, reason };
}

/**
 * Keeps a decision about what was reviewed, whatever the folder holds by now.
 * @throws Error for a folder that nearly everything lies in, and when the file cannot be written
 */
export async function keep(trust: FolderTrust, { repository, findings }: Review, trusted: boolean): Promise<void> {
  const { key, dir } = repository;
  if (trusted && isBroad(dir, trust.host.home)) {
    throw new Error(
      `${dir} is not remembered as trusted, because nearly everything lies in it; use --trust for one run`,
    );
  }
  const { kinds } = findings;
  const decision: StoredDecision = { trusted, time: new Date().toISOString(), kinds };
  const { [key]: old = [], ...others } = await trust.store.all();
  const same = JSON.stringify(kinds);
  const kept = [decision, ...old.filter((one) => JSON.stringify(one.kinds) !== same)].slice(0, PER_FOLDER);
  const folders = Object.entries({ [key]: kept, ...others }).slice(0, FOLDERS);
  await write(trust.store, Object.fromEntries(folders));
  trust.changed();
}

/**
 * Forgets the decisions about a folder's repository, or about one that is gone by its path; gives how many there were.
 * @throws Error naming the file when it cannot be written
 */
export async function revoke(
  trust: FolderTrust,
  dir: string,
): Promise<{ readonly folder: string; readonly count: number }> {
  const { key } = await repositoryOf(dir, trust.host.home).catch(() => ({ key: dir })); // it may be gone
  const all = await trust.store.all();
  const count = Object.hasOwn(all, key) ? (all[key]?.length ?? 0) : 0;
  const { [key]: _, ...others } = all;
  if (count > 0) await write(trust.store, others);
  trust.changed();
  return { folder: key, count };
}

async function write({ path }: TrustStore, folders: Decisions): Promise<void> {
  try {
    makeFolder(dirname(path), 0o700);
    await atomicWrite(path, `${JSON.stringify({ version: 1, folders }, null, 2)}\n`, 0o600);
  } catch (error) {
    throw new Error(`${path} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
