import { join, resolve } from 'node:path';
import type { Host } from 'tenon/plugin-api';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';

/** Where the state of plugins lies. All absolute; they may not exist. */
export interface Folders {
  readonly plugins: string;
  /** `<marketplace>/<plugin>/<version>/`. */
  readonly cache: string;
  readonly marketplaces: string;
  /** What is being put together; nothing reads it, and what is left there is removed. */
  readonly staging: string;
  /** What plugins keep, a folder for each. */
  readonly data: string;
  /** Native extensions: `<id>/<version>/`. */
  readonly extensions: string;
}

export function foldersOf(host: Host): Folders {
  const user = userFolder(host);
  const given = host.env.CLAUDE_CODE_PLUGIN_CACHE_DIR;
  const plugins =
    given === undefined || given === ''
      ? join(user, 'plugins')
      : given.startsWith('~/')
        ? join(host.home, given.slice(2))
        : resolve(host.cwd, given);
  return {
    plugins,
    cache: join(plugins, 'cache'),
    marketplaces: join(plugins, 'marketplaces'),
    staging: join(plugins, '.staging'),
    data: join(plugins, 'data'),
    extensions: join(user, 'tenon', 'extensions'),
  };
}

/** A name as the name of a folder: nothing in it leads elsewhere. */
export function folderName(name: string): string {
  const safe = name.replace(/[^\w.-]/g, '-').replace(/^\.+/, '');
  return safe === '' ? 'unnamed' : safe.slice(0, 120);
}
