import { join, resolve } from 'node:path';
import type { Host } from '../services/host.ts';

/**
 * The folder of the user's settings and state, absolute: `CLAUDE_CONFIG_DIR` when it is set and not empty, else the
 * distribution's folder below the home folder.
 */
export function userFolder(host: Pick<Host, 'cwd' | 'home' | 'env' | 'distro'>): string {
  const given = host.env.CLAUDE_CONFIG_DIR;
  if (given === undefined || given === '') return join(host.home, host.distro.folders.user);
  return given === '~' || given.startsWith('~/') ? join(host.home, given.slice(1)) : resolve(host.cwd, given);
}
