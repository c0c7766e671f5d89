import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Host } from 'tenon/plugin-api';
import { managedFolder } from 'tenon/plugin-api/lib/managed-folder';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';

/** Where the settings files of a run are. All absolute. */
export interface Places {
  /** The folder of `managed-settings.json` and `managed-settings.d`. */
  readonly managed: string;
  readonly user: string;
  /** Where the program was started. */
  readonly cwd: string;
  /** The top of the repository, or `cwd` outside of one. */
  readonly root: string;
  /** The folder of the project's settings. */
  readonly project: string;
  /** True when that is the user's own, because the program was started in the home folder. */
  readonly projectIsUser: boolean;
  readonly userFile: string;
  readonly projectFile: string;
  readonly localFile: string;
}

/** Finds the places of a run. */
export function placesOf(host: Host): Places {
  const { cwd, home, distro } = host;
  const user = userFolder(host);
  const project = join(cwd, distro.folders.project);
  const root = repositoryRoot(cwd, home);
  return {
    managed: managedFolder(),
    user,
    cwd,
    root,
    project,
    projectIsUser: realPath(project) === realPath(user),
    userFile: join(user, 'settings.json'),
    projectFile: join(project, 'settings.json'),
    localFile: join(root, distro.folders.project, 'settings.local.json'),
  };
}

/**
 * The nearest folder from `dir` upwards that has a `.git`, or `dir`. Git is not started. A repository that is the home
 * folder, or holds it, does not count: it would make everything one project.
 */
function repositoryRoot(dir: string, home: string): string {
  for (let at = dir; ; at = dirname(at)) {
    if (at === home || home.startsWith(at.endsWith(sep) ? at : at + sep)) return dir;
    if (isThere(join(at, '.git'))) return at;
    if (dirname(at) === at) return dir;
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // not to be seen: no repository here
  }
}

function realPath(path: string): string {
  if (!isThere(path)) return path;
  try {
    return realpathSync.native(path);
  } catch {
    return path; // a link to nothing
  }
}
