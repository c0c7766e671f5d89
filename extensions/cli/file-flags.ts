import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CliFlag, type Host, type Invocation, UsageError } from 'tenon/plugin-api';
import { readJsonArgument } from 'tenon/plugin-api/lib/json-argument';

/**
 * Checks the values of flags that take JSON or folders, before anything else starts.
 * @throws UsageError naming the flag, the file and the place in it, or the folder that is none
 */
export async function checkFiles(
  flags: readonly CliFlag[],
  values: Invocation['flags'],
  host: Pick<Host, 'cwd' | 'home'>,
): Promise<void> {
  for (const flag of flags) {
    const given = values[flag.name.slice(2)];
    for (const value of typeof given === 'string' ? [given] : Array.isArray(given) ? given : []) {
      if (flag.file === 'folder') await checkFolder(flag.name, value, host);
      else await readJsonArgument(flag.name, value, host);
    }
  }
}

async function checkFolder(flag: string, value: string, { cwd, home }: Pick<Host, 'cwd' | 'home'>): Promise<void> {
  const path = value === '~' || value.startsWith('~/') ? resolve(home, value.slice(2)) : resolve(cwd, value);
  const found = await stat(path).catch(() => undefined); // told below
  if (found?.isDirectory()) return;
  const what = found === undefined ? 'does not exist' : 'is not a folder';
  throw new UsageError(`${flag}: ${path} ${what}; give folders that exist`);
}
