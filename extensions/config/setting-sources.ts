import { type Invocation, UsageError } from 'tenon/plugin-api';

export type SelectableSource = 'user' | 'project' | 'local';
const SOURCES: readonly string[] = ['user', 'project', 'local'] satisfies SelectableSource[];

/**
 * The sources that `--setting-sources` names; without the flag all three.
 * @throws UsageError for a name that is none of them
 */
export function selectedSources(flags: Invocation['flags']): ReadonlySet<SelectableSource> {
  const given = flags['setting-sources'];
  if (typeof given !== 'string') return new Set(SOURCES as SelectableSource[]);
  const names = given.split(',').map((name) => name.trim());
  const named = names.filter((name) => name !== '');
  const wrong = named.find((name) => !SOURCES.includes(name));
  if (wrong !== undefined) throw new UsageError(`--setting-sources: "${wrong}" is not one of ${SOURCES.join(', ')}`);
  return new Set(named as SelectableSource[]);
}
