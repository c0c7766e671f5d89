import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from 'tenon/plugin-api/lib/json-text';
import { runChild } from './child.ts';
import { isObject } from './json-file.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/** Scripts of packages never run. */
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--git=git'];
const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json'];

export interface NpmRequest {
  readonly package: string;
  readonly version?: string | undefined;
  readonly registry?: string | undefined;
}

/**
 * Fetches a package of a registry and unpacks it into a new folder.
 * @param work an empty folder for the archive
 * @returns the version that was fetched
 */
export async function fetchPackage(store: Store, request: NpmRequest, work: string, into: string): Promise<string> {
  const { package: name, version, registry } = request;
  if (!/^(?:@[\w.-]+\/)?[\w][\w.-]*$/.test(name))
    throw new StoreError('bad-source', `${JSON.stringify(name)} is not the name of a package`);
  if (version !== undefined && !/^[\w.^~<>=*| +-]{1,100}$/.test(version))
    throw new StoreError('bad-source', `${JSON.stringify(version)} is not a version of a package`);
  if (registry !== undefined && !/^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(registry))
    throw new StoreError('bad-source', `the registry ${JSON.stringify(registry)} must be an https address`);
  mkdirSync(work, { recursive: true });
  const from = registry === undefined ? [] : [`--registry=${registry}`];
  const spec = version === undefined ? name : `${name}@${version}`;
  const printed = await runChild(store, 'npm', ['pack', '--json', ...QUIET, ...from, '--', spec], { cwd: work });
  const listed = parseJson(printed) as unknown;
  // npm 11 gives a list, later ones an object by name
  const first: unknown = Array.isArray(listed) ? listed[0] : isObject(listed) ? Object.values(listed)[0] : undefined;
  const file = isObject(first) && typeof first.filename === 'string' ? first.filename : undefined;
  if (!isObject(first) || file === undefined || typeof first.version !== 'string')
    throw new StoreError('failed', `npm pack ${spec} did not say what it made`);
  const archive = join(work, file.replace(/^@/, '').replaceAll('/', '-'));
  const { unpackTarball } = await import('./tarball.ts');
  await unpackTarball(existsSync(archive) ? archive : join(work, file), into);
  return first.version;
}

/**
 * Installs what a package needs, in its own folder. Scripts are not run.
 * @param locked exactly what its lock file says
 */
export async function installDependencies(
  store: Store,
  folder: string,
  locked: boolean,
  limit?: number,
): Promise<void> {
  const args = locked ? ['ci'] : ['install', '--no-save', '--no-package-lock'];
  await runChild(store, 'npm', [...args, '--omit=dev', ...QUIET], {
    cwd: folder,
    ...(limit !== undefined && { limit }),
  });
}

/** True for a folder whose dependencies a lock file lists. */
export function hasLockedDependencies(folder: string): boolean {
  return existsSync(join(folder, 'package.json')) && LOCKS.some((name) => existsSync(join(folder, name)));
}
