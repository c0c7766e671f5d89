import type { Host } from '../../plugin-api/index.ts';
import { userFolder } from '../../plugin-api/lib/user-folder.ts';

/**
 * True when something is there that `dormantWithout` names: `user:<path>`, `project:<path>`, `flag:--name`. It is asked at
 * every start, so it looks and reads nothing.
 */
export function isPresent(what: string, host: Pick<Host, 'argv' | 'cwd' | 'distro' | 'env' | 'home'>): boolean {
  const colon = what.indexOf(':');
  const [kind, name] = [what.slice(0, colon), what.slice(colon + 1)];
  if (kind === 'flag') return host.argv.some((word) => word === name || word.startsWith(`${name}=`));
  const folder = kind === 'user' ? userFolder(host) : `${host.cwd}/${host.distro.folders.project}`;
  return process.getBuiltinModule('node:fs').existsSync(`${folder}/${name}`);
}
