import { lstat, realpath } from 'node:fs/promises';
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
export async function placesOf(host: Host): Promise<Places> {
  const { cwd, home, distro } = host;
  const user = userFolder(host);
  const project = join(cwd, distro.folders.project);
  const [root, real, realUser] = await Promise.all([
    repositoryRoot(cwd, home),
    realpath(project).catch(() => project), // it does not exist
    realpath(user).catch(() => user), // it does not exist
  ]);
  return {
    managed: managedFolder(),
    user,
    cwd,
    root,
    project,
    projectIsUser: real === realUser,
    userFile: join(user, 'settings.json'),
    projectFile: join(project, 'settings.json'),
    localFile: join(root, distro.folders.project, 'settings.local.json'),
  };
}

/**
 * The nearest folder from `dir` upwards that has a `.git`, or `dir`. Git is not started. A repository that is the home
 * folder, or holds it, does not count: it would make everything one project.
 */
async function repositoryRoot(dir: string, home: string): Promise<string> {
  for (let at = dir; ; at = dirname(at)) {
    if (at === home || home.startsWith(at.endsWith(sep) ? at : at + sep)) return dir;
    const found = await lstat(join(at, '.git')).catch(() => undefined); // absent or not to be seen: no repository here
    if (found !== undefined) return at;
    if (dirname(at) === at) return dir;
  }
}
