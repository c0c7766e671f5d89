import { lstatSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Host, Invocation } from 'tenon/plugin-api';
import { managedFolder } from 'tenon/plugin-api/lib/managed-folder';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { isInside, realOf } from './paths.ts';

/** A settings folder that may hold components. */
export interface SettingsFolder {
  /** Absolute. */
  readonly path: string;
  readonly scope: 'managed' | 'user' | 'project';
  /** The folder that it belongs to. */
  readonly dir: string;
}

/** Where plugins and components are looked for. All absolute. */
export interface Places {
  /** The user's settings folder. */
  readonly user: string;
  /** The folder of installed plugins and marketplaces. */
  readonly plugins: string;
  /** Folders of plugins that somebody put there for all users, to be read only. */
  readonly seeds: readonly string[];
  /** Where plugins keep things: a folder for each. */
  readonly data: string;
  /** The strongest first: the administrator's, the user's, those of the project from the nearest one up. */
  readonly folders: readonly SettingsFolder[];
  /** The top of the repository, without links, or the folder the program was started in. */
  readonly root: string;
}

/** The folders of components in a settings folder. */
const COMPONENTS = ['skills', 'commands', 'agents', 'output-styles'];

/** Finds the places of a run. */
export function placesOf(host: Host, flags: Invocation['flags']): Places {
  const { cwd, home, env, distro } = host;
  const user = userFolder(host);
  const name = distro.folders.project;
  const above = upwards(cwd, home);
  const added = Array.isArray(flags['add-dir']) ? (flags['add-dir'] as readonly string[]) : [];
  const dirs = [...above, ...added.map((dir) => resolve(cwd, dir.startsWith('~/') ? join(home, dir.slice(2)) : dir))];
  const own = realOf(user);
  const projects = [...new Set(dirs)].flatMap((dir): SettingsFolder[] => {
    const path = join(dir, name);
    // in the home folder the project's folder is the user's own
    return realOf(path) === own && own !== undefined ? [] : [{ path, scope: 'project', dir }];
  });
  const plugins = pathOf(env.CLAUDE_CODE_PLUGIN_CACHE_DIR, host) ?? join(user, 'plugins');
  const seeds = env.CLAUDE_CODE_PLUGIN_SEED_DIR?.split(process.platform === 'win32' ? ';' : ':') ?? [];
  const managed = managedFolder();
  return {
    user,
    plugins,
    seeds: seeds.flatMap((seed) => pathOf(seed, host) ?? []),
    data: join(plugins, 'data'),
    folders: [
      { path: join(managed, name), scope: 'managed', dir: managed },
      { path: user, scope: 'user', dir: user },
      ...projects,
    ],
    root: realOf(above.at(-1)!) ?? above.at(-1)!,
  };
}

/** True when a settings folder holds a folder of components, so that it is worth reading. */
export function hasComponents(path: string): boolean {
  return COMPONENTS.some((name) => isThere(join(path, name)));
}

/** The folder and those above it, up to the top of the repository; outside of one the folder alone. */
function upwards(dir: string, home: string): readonly string[] {
  const dirs: string[] = [];
  for (let at = dir; ; at = dirname(at)) {
    // a repository that is the home folder, or holds it, would make everything one project
    if (at === home || home.startsWith(at.endsWith(sep) ? at : at + sep)) return [dir];
    dirs.push(at);
    if (isThere(join(at, '.git'))) return dirs;
    if (dirname(at) === at) return [dir];
  }
}

function pathOf(given: string | undefined, { cwd, home }: Host): string | undefined {
  if (given === undefined || given === '') return undefined;
  return given.startsWith('~/') ? join(home, given.slice(2)) : resolve(cwd, given);
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // out of reach: as good as absent
  }
}

/** True for a folder, also through links. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // out of reach, or a circle of links
  }
}

/** The boundary of links in a folder of a project: its repository, where it lies in one. */
export function boundaryOf(dir: string, root: string): string {
  const real = realOf(dir) ?? dir;
  return isInside(real, root) ? root : real;
}
