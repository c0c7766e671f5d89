import { mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { type Check, type Finding, note, ok, problem } from './finding.ts';

export const checkPlaces: Check = async (_api, host) => {
  const folder = userFolder(host);
  const source = host.env.CLAUDE_CONFIG_DIR ? 'CLAUDE_CONFIG_DIR' : 'below the home folder';
  return [ok(`started in ${host.cwd}`), await writable(folder, source)];
};

/** Tries it: the answer of the file system to "may I?" leaves out read-only mounts and full disks. */
async function writable(folder: string, source: string): Promise<Finding> {
  const shown = `your folder ${folder} (${source})`;
  let at = folder;
  try {
    at = await nearestFolder(folder);
    await rmdir(await mkdtemp(join(at, '.doctor-')));
    return at === folder ? ok(`${shown} can be written`) : note(`${shown} does not exist yet; it is made when needed`);
  } catch (error) {
    return problem(
      `${shown} cannot be written: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message} in ${at}`,
      'make it writable, or name another folder in CLAUDE_CONFIG_DIR; until then sessions and decisions are not kept',
    );
  }
}

async function nearestFolder(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined); // absent: look further up
    if (found?.isDirectory() === true) return at;
    if (found !== undefined) throw new Error(`${at} is not a folder`);
    if (dirname(at) === at) throw new Error('there is no such folder');
  }
}
