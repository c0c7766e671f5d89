import { type ExtensionApi, type Invocation, UsageError } from 'tenon/plugin-api';
import { loadProblems } from './install-verb.ts';
import { change } from './outcome.ts';
import { setOptions } from './plugin-options.ts';
import { installedId, named } from './uninstall-verb.ts';

/** `plugin configure PLUGIN KEY=VALUE …`: answers to the questions of a plugin; an empty value takes one back. */
export function runConfigure(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined) throw new UsageError('plugin configure: the plugin is missing');
  const more = Array.isArray(flags.config) ? (flags.config as readonly string[]) : [];
  return change(api, 'configure', flags, async (store) => {
    const id = await installedId(store, word);
    const options = await setOptions(store, id, [...rest, ...more]);
    const problems = await loadProblems(store, id);
    const names = Object.keys(options);
    return {
      message: names.length === 0 ? `${id} has no options that are set` : `${id} has the options ${names.join(', ')}`,
      ...named(id),
      scope: 'user',
      lines: problems.map((problem) => `  problem: ${problem}`),
      fields: { options: names, problems },
    };
  });
}
