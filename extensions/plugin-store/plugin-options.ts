import { UsageError } from 'tenon/plugin-api';
import { isObject } from './json-file.ts';
import { type Store, setNamed, settingsOf } from './store.ts';

/**
 * Writes the answers to the questions of a plugin (`userConfig`), `key=value`, into the settings of the user.
 * @throws UsageError for a word without `=`
 */
export async function setOptions(
  store: Store,
  id: string,
  words: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const given = words.map((word) => {
    const at = word.indexOf('=');
    if (at <= 0) throw new UsageError(`${JSON.stringify(word)} is not an option; write KEY=VALUE`);
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  const all = (await settingsOf(store, 'user')).pluginConfigs;
  const own = isObject(all) && isObject(all[id]) ? all[id] : {};
  const options: Record<string, unknown> = { ...(isObject(own.options) ? own.options : {}) };
  for (const [key, value] of given) {
    if (value === '') delete options[key];
    else options[key] = value;
  }
  await setNamed(store, 'user', 'pluginConfigs', id, { ...own, options });
  return options;
}
