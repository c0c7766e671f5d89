import type { Host } from '../../plugin-api/index.ts';
import { managedFolder } from '../../plugin-api/lib/managed-folder.ts';
import { userFolder } from '../../plugin-api/lib/user-folder.ts';

/**
 * True when something is there that `dormantWithout` names: `user:<path>`, `project:<path>`, `above:<path>`,
 * `managed:<path>`, `flag:--name`, `env:NAME`. It is asked at every start, so it looks and reads nothing.
 */
export function isPresent(what: string, host: Pick<Host, 'argv' | 'cwd' | 'distro' | 'env' | 'home'>): boolean {
  const colon = what.indexOf(':');
  const [kind, name] = [what.slice(0, colon), what.slice(colon + 1)];
  if (kind === 'flag') return host.argv.some((word) => word === name || word.startsWith(`${name}=`));
  if (kind === 'env') return (host.env[name] ?? '') !== '';
  const { existsSync } = process.getBuiltinModule('node:fs');
  if (kind === 'above') return isAbove(name, host, existsSync);
  const folder =
    kind === 'user'
      ? userFolder(host)
      : kind === 'managed'
        ? managedFolder()
        : `${host.cwd}/${host.distro.folders.project}`;
  return existsSync(`${folder}/${name}`);
}

/** Looks into the project's settings folders from the working directory up to the top of its repository. */
function isAbove(
  name: string,
  { cwd, home, distro }: Pick<Host, 'cwd' | 'home' | 'distro'>,
  existsSync: (path: string) => boolean,
): boolean {
  const { dirname } = process.getBuiltinModule('node:path');
  for (let at = cwd; ; at = dirname(at)) {
    // what is in the home folder is the user's own, and what is above it nobody's project
    if (at !== cwd && (at === home || home.startsWith(at.endsWith('/') ? at : `${at}/`))) return false;
    if (existsSync(`${at}/${distro.folders.project}/${name}`)) return true;
    if (existsSync(`${at}/.git`) || dirname(at) === at) return false;
  }
}
