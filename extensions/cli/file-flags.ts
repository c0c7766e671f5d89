import { join, resolve } from 'node:path';
import { type CliFlag, type Host, type Invocation, UsageError } from 'tenon/plugin-api';
import { JsonTextError, parseJson } from 'tenon/plugin-api/lib/json-text';
import { readBounded } from 'tenon/plugin-api/lib/read-bounded';

/**
 * Checks the values of flags that name a JSON file or are JSON text, before anything else starts.
 * @throws UsageError naming the flag, the file and the place in it
 */
export async function checkFiles(
  flags: readonly CliFlag[],
  values: Invocation['flags'],
  host: Pick<Host, 'cwd' | 'home'>,
): Promise<void> {
  for (const flag of flags) {
    const given = values[flag.name.slice(2)];
    for (const value of typeof given === 'string' ? [given] : Array.isArray(given) ? given : []) {
      await checkFile(flag.name, value, host);
    }
  }
}

async function checkFile(name: string, value: string, { cwd, home }: Pick<Host, 'cwd' | 'home'>): Promise<void> {
  const inline = value.trimStart().startsWith('{');
  const path = value.startsWith('~/') ? join(home, value.slice(2)) : resolve(cwd, value);
  const shown = inline ? 'its JSON' : path;
  let text: string | undefined = value;
  try {
    if (!inline) text = value === '' ? undefined : await readBounded(path);
  } catch (error) {
    throw new UsageError(`${name}: ${shown} ${(error as Error).message}`);
  }
  if (text === undefined) {
    throw new UsageError(
      `${name}: ${value === '' ? '""' : path} does not exist; give the path of a JSON file, or JSON text`,
    );
  }
  try {
    const read = parseJson(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return;
  } catch (error) {
    const where = error instanceof JsonTextError ? `:${error.line}:${error.column}` : '';
    throw new UsageError(`${name}: ${shown}${where}: ${(error as Error).message}`);
  }
  throw new UsageError(`${name}: ${shown} must hold an object in { }`);
}
