import type { CliFlag, Host, Invocation } from 'tenon/plugin-api';
import { readJsonArgument } from 'tenon/plugin-api/lib/json-argument';

/**
 * Checks the values of flags that take JSON, before anything else starts.
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
      await readJsonArgument(flag.name, value, host);
    }
  }
}
