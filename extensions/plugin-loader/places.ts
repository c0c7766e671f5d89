import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Host } from 'tenon/plugin-api';
import { isCodeFile, manifestFiles } from 'tenon/plugin-api/lib/native-manifest';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { newestVersion } from './newest-version.ts';

/** A folder or file that may be an extension. */
export interface Candidate {
  /** Absolute. */
  readonly path: string;
  readonly origin: 'user' | 'project';
  /** It was named on the command line: it is an extension, or a mistake. */
  readonly given: boolean;
}

/** Below the folder of the user and that of the project. */
const FOLDER = ['tenon', 'extensions'] as const;

/** Which places count. */
export interface Wanted {
  /** Paths that the command line names, from the working directory. */
  readonly given: readonly string[];
  /** What is in the folders of user and project. */
  readonly installed: boolean;
}

/** Where extensions may be, those of the command line first. Nothing of them is read. */
export function candidatesOf(host: Host, wanted: Wanted): readonly Candidate[] {
  const { plugins, folders } = host.distro;
  if (plugins === 'none') return [];
  const given = wanted.given.map((path): Candidate => ({ path: resolve(host.cwd, path), origin: 'user', given: true }));
  if (!wanted.installed) return given;
  const user = join(userFolder(host), ...FOLDER);
  const project = join(host.cwd, folders.project, ...FOLDER);
  // in the home folder, the project's are the user's own
  const projects = plugins === 'user+project' && project !== user ? pathsIn(project) : [];
  const found = [
    ...given,
    ...pathsIn(user).map((path): Candidate => ({ path, origin: 'user', given: false })),
    ...projects.map((path): Candidate => ({ path, origin: 'project', given: false })),
  ];
  const seen = new Set<string>();
  return found.filter(({ path }) => seen.size < seen.add(path).size);
}

/** Extensions in a folder, by name: what lies there by itself, and of what is installed the version that counts. */
function pathsIn(folder: string): readonly string[] {
  const paths: string[] = [];
  for (const name of namesIn(folder)) {
    const path = `${folder}${sep}${name}`;
    if (name.startsWith('@')) paths.push(...pathsIn(path));
    else if (isCodeFile(name) || manifestFiles(path).some((file) => existsSync(file))) paths.push(path);
    else paths.push(...installed(path));
  }
  return paths;
}

/** `<name>/<version>`: the version that the file `current` names, else the newest. */
function installed(folder: string): readonly string[] {
  const versions = namesIn(folder).filter((name) => manifestFiles(join(folder, name)).some((file) => existsSync(file)));
  const chosen = currentOf(folder);
  const version = chosen !== undefined && versions.includes(chosen) ? chosen : newestVersion(versions);
  return version === undefined ? [] : [join(folder, version)];
}

function currentOf(folder: string): string | undefined {
  try {
    const file = join(folder, 'current');
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined; // then the newest counts
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.') && name !== 'node_modules')
      .sort();
  } catch {
    return []; // absent, or no folder
  }
}
