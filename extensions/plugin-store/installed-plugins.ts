import { isAbsolute, join } from 'node:path';
import type { Folders } from './folders.ts';
import { isObject, readJsonObject, writeJsonObject } from './json-file.ts';

export type StoreScope = 'user' | 'project' | 'local';

/** One installation of a plugin, as installed_plugins.json (version 2) lists it. */
export interface Installation {
  readonly scope: StoreScope;
  /** Absolute. */
  readonly installPath: string;
  readonly version: string;
  /** ISO 8601. */
  readonly installedAt: string;
  readonly lastUpdated: string;
  /** The project, for all scopes but `user`; absolute. */
  readonly projectPath?: string;
  readonly gitCommitSha?: string;
}

const fileOf = ({ plugins }: Folders) => join(plugins, 'installed_plugins.json');

/** The installations by id. */
export async function installedPlugins(folders: Folders): Promise<ReadonlyMap<string, readonly Installation[]>> {
  const plugins = (await readJsonObject(fileOf(folders)))?.plugins;
  if (!isObject(plugins)) return new Map();
  return new Map(
    Object.entries(plugins).map(([id, value]) => {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      return [id, list.filter(isInstallation)];
    }),
  );
}

/** Writes the installations of several ids at once; an id without any is taken out. */
export async function keepAll(folders: Folders, changes: ReadonlyMap<string, readonly Installation[]>): Promise<void> {
  const all = (await readJsonObject(fileOf(folders))) ?? {};
  const plugins: Record<string, unknown> = { ...(isObject(all.plugins) ? all.plugins : {}) };
  for (const [id, list] of changes) {
    if (list.length === 0) delete plugins[id];
    else plugins[id] = list;
  }
  await writeJsonObject(fileOf(folders), { ...all, version: 2, plugins });
}

/** True for the installation of a scope, as this project sees it. */
export function isAt(one: Installation, scope: StoreScope, project: string): boolean {
  return one.scope === scope && (scope === 'user' || one.projectPath === project);
}

function isInstallation(value: unknown): value is Installation {
  return isObject(value) && typeof value.installPath === 'string' && isAbsolute(value.installPath);
}
